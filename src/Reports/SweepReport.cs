using Npgsql;
using SweepCluster.Reports.Export;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports;

/// <summary>What a report consists of.</summary>
/// <param name="Directory">Full path of the folder.</param>
/// <param name="Files">Paths relative to it, with forward slashes, in order.</param>
/// <param name="Figures">Names of the figures in reading order; <c>figures/NAME.svg</c> each.</param>
public sealed record ReportResult(string Directory, IReadOnlyList<string> Files, IReadOnlyList<string> Figures);

/// <summary>The report could not be written for a reason the user can mend; the message is a sentence for the user.</summary>
public sealed class ReportException(string message) : Exception(message);

/// <summary>Writes the report of one sweep from the store alone.</summary>
public static class SweepReport
{
    /// <exception cref="ReportException">A report cannot go there: the place holds something else.</exception>
    public static void Check(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ReportFolder.Check(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
    }

    /// <inheritdoc cref="WriteAsync(NpgsqlDataSource, string, string, ReportOptions, CancellationToken)"/>
    public static Task<ReportResult> WriteAsync(NpgsqlDataSource store, string sweepId, string directory, CancellationToken ct) =>
        WriteAsync(store, sweepId, directory, ReportOptions.Default, ct);

    /// <summary>
    /// Writes <c>index.html</c>, <c>figures/*.svg</c> with <c>*.csv</c> beside them, <c>trials/*.html</c>, <c>trials.csv</c>, <c>losses.csv</c>,
    /// <c>metrics.csv</c> where programs reported some, and <c>summary.json</c>. The folder appears whole or not at all; an earlier report in its place is replaced.
    /// </summary>
    /// <param name="store">Needs SELECT on the documented views, nothing else.</param>
    /// <param name="sweepId">The full id.</param>
    /// <exception cref="ReportException">There is no such sweep, its trials have no such number to be compared by, or the folder holds something that is not a report.</exception>
    public static async Task<ReportResult> WriteAsync(NpgsqlDataSource store, string sweepId, string directory, ReportOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(sweepId);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        using var folder = ReportFolder.Begin(directory);
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var sweep = await reader.SweepAsync(sweepId, ct)
            ?? throw new ReportException($"sweep '{sweepId}': not found in this store; `sweep list` shows what it holds");
        var study = new ResultsReader(reader, sweep, options.Bandwidth, null, options.By);
        var results = await ReadAsync(study, ct);
        var figures = SweepFigures.Of(results);
        var drawn = new List<DrawnFigure>();
        foreach (var figure in figures)
        {
            ct.ThrowIfCancellationRequested();
            drawn.Add(new DrawnFigure(figure, FigureSvg.Draw(figure)));
            await folder.WriteAsync($"figures/{figure.Name}.svg", drawn[^1].Svg, ct);
            await folder.WriteAsync($"figures/{figure.Name}.csv", writer => FigureTable.WriteAsync(writer, figure, ct), ct);
        }

        var pages = TrialPages(results, options.MostTrialPages);
        await folder.WriteAsync("index.html", SweepPage.Of(results, drawn, pages), ct);
        foreach (var (trial, file) in pages)
            await folder.WriteAsync(file, TrialPage.Of(await TrialStudy.ReadAsync(reader, sweep, study, trial, ct), "../index.html"), ct);
        await folder.WriteAsync("summary.json", Summary.Of(results, figures, options.Bandwidth), ct);
        await folder.WriteAsync("trials.csv", writer => TrialTable.WriteAsync(writer, sweep.Id, results.Grid.Keys, results.Table.Measures.Metrics, reader.TrialsAsync(sweep.Id, ct), ct), ct);
        await folder.WriteAsync("losses.csv", writer => LossTable.WriteAsync(writer, results.Table.Columns, reader.LossesAsync(sweep.Id, ct), ct), ct);
        if (results.Table.Measures.Metrics.Count > 0)
            await folder.WriteAsync("metrics.csv", writer => MetricTable.WriteAsync(writer, results.Table.Columns, reader.MetricRowsAsync(sweep.Id, ct), ct), ct);
        return new ReportResult(folder.Commit(), folder.Files, [.. figures.Select(figure => figure.Name)]);
    }

    private static async Task<SweepResults> ReadAsync(ResultsReader study, CancellationToken ct)
    {
        try
        {
            return await study.ReadAsync(Needs.Everything, ct);
        }
        catch (UnknownMeasureException unknown)
        {
            throw new ReportException($"--{unknown.Message}");
        }
    }

    // A page for the best, for those drawn along the axes, and for others in order while there are few.
    private static Dictionary<long, string> TrialPages(SweepResults results, int most)
    {
        var drawn = results.Slices.SelectMany(slice => slice.Members).Select(member => member.Result.Trial);
        var first = results.BestResult is { } best ? [best.Trial] : Array.Empty<TrialRow>();
        return first.Concat(drawn).Concat(results.Trials).DistinctBy(trial => trial.Id).Take(most)
            .ToDictionary(trial => trial.Id, trial => $"trials/{trial.Ordinal}-{trial.Replicate}.html");
    }
}
