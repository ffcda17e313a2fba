using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>What of a trial is read.</summary>
[Flags]
internal enum Parts
{
    None = 0,
    Losses = 1,
    Fit = 2,
    Parameters = 4,

    /// <summary>θ over epochs and per layer.</summary>
    History = 8,

    /// <summary>Losses of all replicates.</summary>
    Replicates = 16,

    /// <summary>Predictions of every output, where there are several inputs or outputs.</summary>
    Outputs = 32,

    /// <summary>What programs report besides losses.</summary>
    Metrics = 64,
    All = Losses | Fit | Parameters | History | Replicates | Outputs | Metrics,
}

/// <summary>What is read of a sweep beside its table: a figure asks for what it draws and no more.</summary>
/// <param name="Best">Of the trial that stands for the best configuration.</param>
/// <param name="Slices">Of the trials along each axis.</param>
/// <param name="Axis">Of this axis alone; null: of all.</param>
/// <param name="Listed">The rows and entropies that tables list.</param>
/// <param name="Noise">The irreducible error, even where it has to be estimated from a fit.</param>
internal sealed record Needs(Parts Best = Parts.None, Parts Slices = Parts.None, string? Axis = null, bool Listed = false, bool Noise = false)
{
    public static Needs Everything { get; } = new(Parts.All, Parts.All, null, Listed: true, Noise: true);
}

/// <summary>Reads a sweep's results from the store, each trial's parts once.</summary>
/// <param name="known">The sweep's table, where it was read a moment ago.</param>
/// <param name="by">What figures draw; null: the objective.</param>
internal sealed class ResultsReader(SweepReader reader, SweepRow sweep, Bandwidth? bandwidth = null, SweepTable? known = null, string? by = null)
{
    // Ridges of more epochs than this run into one another.
    private const int MostEpochs = 12;
    private const int MostListed = 200;

    private readonly Dictionary<long, (Parts Read, TrialResult Result)> _known = [];
    private readonly Dictionary<long, TrialRow> _rows = [];
    private readonly Bandwidth _bandwidth = bandwidth ?? Bandwidth.Article;
    private (float[] Theta, Density Density)? _initial;
    private SweepTable? _table = known;

    private DataShape Shape { get; } = DataShape.Of(sweep.Specification);

    public async Task<SweepTable> TableAsync(CancellationToken ct) => _table ??= new SweepTable(await reader.ColumnsAsync(sweep.Id, ct, by));

    public async Task<SweepResults> ReadAsync(Needs needs, CancellationToken ct)
    {
        var table = await TableAsync(ct);
        var best = Selection.Best(table);
        var centre = best?.Row ?? 0;
        var along = table.Columns.Count == 0 ? [] : table.Grid.Axes.Select((axis, i) => (Axis: axis, Index: i))
            .Where(axis => needs.Slices != Parts.None && (needs.Axis is null || needs.Axis == axis.Axis.Key))
            .Select(axis => (axis.Axis, axis.Index, Rows: Selection.Along(table, axis.Index, centre))).ToArray();
        await ReadRowsAsync(table, needs, centre, along.SelectMany(axis => axis.Rows), ct);
        var bestResult = table.Columns.Count == 0 ? null : await ResultAsync(table.Columns.Id[centre], needs.Best, ct);
        var slices = new List<Slice>();
        foreach (var (axis, index, rows) in along)
            slices.Add(await SliceAsync(table, axis, index, centre, rows, needs.Slices, ct));
        var listed = needs.Listed ? Listed(table) : [];
        var parameters = needs.Listed ? await EntropiesAsync(listed, ct) : [];
        var results = new SweepResults(sweep, table, listed, best, bestResult, slices, parameters, needs.Noise ? await NoiseAsync(table, centre, ct) : null);
        return !needs.Listed || table.Columns.Count == 0 ? results : results with
        {
            Diagnosis = await SweepDiagnosis.ReadAsync(reader, results, ct),
            Mismatch = SplitMismatch.Of(await reader.SplitAsync(table.Columns.Id[centre], Shape, ct)),
        };
    }

    private async Task<Slice> SliceAsync(SweepTable table, GridAxis axis, int index, int centre, IReadOnlyList<int> rows, Parts parts, CancellationToken ct)
    {
        var replicates = new Dictionary<int, List<Series>>();
        if (parts.HasFlag(Parts.Replicates) && table.Columns.Replicates > 1)
        {
            var wanted = rows.Select(row => table.Configuration[row]).ToHashSet();
            var trials = table.Finished.Where(row => wanted.Contains(table.Configuration[row])).ToArray();
            var shown = await ShownAsync(table.Measures.Shown, [.. trials.Select(row => table.Columns.Id[row])], ct);
            foreach (var row in trials)
            {
                if (!shown.TryGetValue(table.Columns.Id[row], out var found))
                    continue;
                if (!replicates.TryGetValue(table.Configuration[row], out var list))
                    replicates.Add(table.Configuration[row], list = []);
                list.Add(found);
            }
        }

        var fits = parts.HasFlag(Parts.Fit) ? await reader.FitsAsync([.. rows.Select(row => table.Columns.Id[row])], ct) : [];
        var members = new List<Member>();
        foreach (var row in rows)
        {
            var id = table.Columns.Id[row];
            var result = await ResultAsync(id, parts & ~Parts.Fit, ct);
            members.Add(new Member(table.Value(index, row), fits.TryGetValue(id, out var fit) ? result with { Fit = fit } : result, replicates.GetValueOrDefault(table.Configuration[row], [])));
        }

        return Slice.Of(axis, members, Selection.Held(table, index, centre, rows.Count));
    }

    private async Task<IReadOnlyDictionary<long, Series>> ShownAsync(Measure measure, long[] trials, CancellationToken ct) => !measure.IsLoss
        ? await reader.MetricAsync(trials, measure.Name, ct)
        : (await reader.LossesAsync(trials, ct)).ToDictionary(pair => pair.Key, pair => new Series(LossFigures.Doubles(pair.Value.Epoch), measure == Measure.Training ? pair.Value.Training : pair.Value.Validation));

    private async Task ReadRowsAsync(SweepTable table, Needs needs, int centre, IEnumerable<int> drawn, CancellationToken ct)
    {
        if (table.Columns.Count == 0)
            return;
        if (needs.Listed && table.Columns.Count <= SweepResults.ListedUpTo)
        {
            await foreach (var trial in reader.TrialsAsync(sweep.Id, ct))
                _rows[trial.Id] = trial;
            return;
        }

        var wanted = drawn.Append(centre).Concat(needs.Listed ? Leading(table) : []).Select(row => table.Columns.Id[row]).Where(id => !_rows.ContainsKey(id)).Distinct().ToArray();
        if (wanted.Length == 0)
            return;
        foreach (var trial in await reader.TrialsAsync(wanted, ct))
            _rows[trial.Id] = trial;
    }

    private List<TrialRow> Listed(SweepTable table)
    {
        var ids = table.Columns.Count <= SweepResults.ListedUpTo ? table.Columns.Id : [.. Leading(table).Select(row => table.Columns.Id[row])];
        return [.. ids.Select(id => _rows.GetValueOrDefault(id)).OfType<TrialRow>()];
    }

    // A long table lists the best trials.
    private static IEnumerable<int> Leading(SweepTable table) =>
        Enumerable.Range(0, table.Columns.Count).OrderBy(row => table.Columns.IsFinished(row) && double.IsFinite(table.Columns.Score[row]) ? table.Columns.Score[row] : double.MaxValue).Take(MostListed);

    private async Task<Dictionary<long, ParameterStatistics>> EntropiesAsync(List<TrialRow> listed, CancellationToken ct)
    {
        var all = listed.Count <= SweepResults.ListedUpTo && _table!.Columns.Count <= SweepResults.ListedUpTo;
        foreach (var trial in listed.Where(trial => all && trial.IsFinished))
            await ResultAsync(trial.Id, Parts.Parameters, ct);
        return _known.Where(pair => pair.Value.Result.Parameters is not null).ToDictionary(pair => pair.Key, pair => pair.Value.Result.Parameters!);
    }

    private async Task<IrreducibleError?> NoiseAsync(SweepTable table, int centre, CancellationToken ct)
    {
        if (table.Columns.Count == 0)
            return null;
        if (table.Columns.Irreducible[centre] is var exact && double.IsFinite(exact))
            return new IrreducibleError(exact, IsExact: true);
        if (!Shape.IsCurve)
            return null; // its rows have no order in which neighbours are alike
        var result = await ResultAsync(table.Columns.Id[centre], Parts.Fit, ct);
        return NoiseFloor.Variance(result.Fit.Target) is { } estimate ? new IrreducibleError(estimate, IsExact: false) : null;
    }

    /// <summary>One trial with at least these parts; what was read before is not read again.</summary>
    public async Task<TrialResult> ResultAsync(long id, Parts parts, CancellationToken ct)
    {
        var trial = await RowAsync(id, ct);
        var (read, result) = Known(id, trial);
        var missing = parts & ~read;
        if (missing.HasFlag(Parts.Losses))
            result = result with { Losses = await reader.LossesAsync(id, ct) };
        if (missing.HasFlag(Parts.Fit))
            result = result with { Fit = await reader.FitAsync(id, ct) };
        if (missing.HasFlag(Parts.Outputs) && !Shape.IsCurve)
            result = result with { Outputs = await reader.OutputsAsync(id, ct) };
        if (missing.HasFlag(Parts.Parameters) && trial.IsFinished)
            result = result with { Parameters = await ParametersAsync(id, ct) };
        if (missing.HasFlag(Parts.History) && trial.IsFinished)
            result = result with { History = await HistoryAsync(trial, ct) };
        if (missing.HasFlag(Parts.Metrics) && trial.MetricsJson.Length > 2)
            result = result with { Metrics = await reader.MetricsAsync(id, ct) };
        _known[id] = (read | parts, result);
        return result;
    }

    private async Task<TrialRow> RowAsync(long id, CancellationToken ct)
    {
        if (!_rows.TryGetValue(id, out var trial))
            _rows[id] = trial = (await reader.TrialsAsync([id], ct))[0];
        return trial;
    }

    private (Parts Read, TrialResult Result) Known(long id, TrialRow trial) =>
        _known.GetValueOrDefault(id, (Parts.None, new TrialResult(trial, Losses.None, Fit.None, null)));

    private async Task<ParameterStatistics?> ParametersAsync(long trial, CancellationToken ct)
    {
        var snapshots = await reader.SnapshotsAsync(trial, ct);
        var statistics = ParameterStatistics.Of(snapshots, _bandwidth, _initial);
        if (statistics is not null)
            _initial = (snapshots!.Initial, statistics.Initial);
        return statistics;
    }

    private async Task<ParameterHistory?> HistoryAsync(TrialRow trial, CancellationToken ct)
    {
        var snapshots = await reader.HistoryAsync(trial.Id, MostEpochs, ct);
        if (snapshots.Count == 0)
            return null;
        var (first, last) = (snapshots[0].Parameters, snapshots[^1].Parameters);
        var layers = snapshots[0].Epoch == 0 && first.Length == last.Length
            ? LayerShape.Of(sweep.Specification.GetRawText(), trial.Ordinal, trial.Replicate, last.Length)
            : [];
        return ParameterHistory.Of(snapshots, layers, _bandwidth, LayerShape.PenaltyOf(sweep.Specification.GetRawText(), trial.Ordinal, trial.Replicate));
    }
}
