using SweepCluster.Client.Comparing;
using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>The table of a sweep's configurations over their replicates.</summary>
internal static class ConfigurationTable
{
    // As for trials: more nobody reads on a terminal.
    private const int MostOnTerminal = 50;

    /// <summary>Nothing where no configuration has two finished replicates.</summary>
    public static void Write(TextWriter output, Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        var objective = specification.Objective;
        var rows = Replication.Of(ConfigurationResult.Values(trials, objective), objective.Maximize);
        if (!rows.Any(row => row.Count > 1))
            return;
        var keys = specification.SweptKeys.ToList();
        var labels = new TrialLabels(specification);
        var columns = keys.Select(key => new TextTable.Column(key, Number: true)).ToList();
        if (keys.Count == 0)
            columns.Add(new("configuration"));
        columns.AddRange([
            new("replicates", Number: true), new($"mean {objective.Title}", Number: true), new("deviation", Number: true), new("95 % interval", Number: true),
            new("to the best, paired", Number: true)]);
        var table = new TextTable(columns);
        var shown = Terminal.IsOutput ? Replication.Rank(rows, objective.Maximize).Take(MostOnTerminal) : rows;
        foreach (var row in shown)
        {
            var configuration = specification.ConfigurationAt(row.Ordinal);
            List<string> cells = [.. keys.Select(key => labels.Of(key, configuration))];
            if (keys.Count == 0)
                cells.Add(specification.Name);
            cells.AddRange([$"{row.Count}", Numbers.Loss(row.Mean), Loss(row.Deviation), Interval(row.Low, row.High), row.IsBest ? "best" : row.ToBest is { } paired ? Interval(paired.Low, paired.High) : "-"]);
            table.Add(cells);
        }

        if (Terminal.IsOutput)
            table.Write(output, Terminal.Width);
        else
            table.Write(output);
        output.WriteLine();
    }

    private static string Interval(double low, double high) => double.IsNaN(low) ? "-" : $"{Numbers.Loss(low)} to {Numbers.Loss(high)}";

    private static string Loss(double loss) => double.IsNaN(loss) ? "-" : Numbers.Loss(loss);
}
