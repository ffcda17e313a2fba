using SweepCluster.Contracts;
using SweepCluster.Reports;

namespace SweepCluster.Client;

/// <summary>Where reports go, and how they get there.</summary>
internal static class ReportPlace
{
    public static string Default(string name, SweepId id) => Path.Combine("reports", $"{name}-{id}");

    /// <summary>Says before an hour of training, not after it, that the folder will not do.</summary>
    public static void Check(string folder)
    {
        try
        {
            SweepReport.Check(folder);
        }
        catch (ReportException e)
        {
            throw new UserMistake(e.Message);
        }
    }

    public static async Task<ReportResult> WriteAsync(StoreSession session, SweepId id, string folder, CancellationToken cancel, ReportOptions? options = null)
    {
        try
        {
            return await SweepReport.WriteAsync(session.Ledger.Source, id.Value, folder, options ?? ReportOptions.Default, cancel);
        }
        catch (ReportException e)
        {
            throw new UserMistake(e.Message);
        }
    }

    /// <summary>The page to open, as short as it can be written from here.</summary>
    public static string Page(ReportResult report)
    {
        var page = Path.Combine(report.Directory, "index.html");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, page);
        return relative.StartsWith("..", StringComparison.Ordinal) ? page : relative;
    }
}
