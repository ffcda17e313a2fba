using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>A figure that a sweep may have: what to read for it and how to make it.</summary>
/// <param name="Make">Null where the store holds too little for it.</param>
/// <param name="Wants">What it takes, for readers who find it empty.</param>
internal sealed record FigureKind(string Name, Needs Needs, Func<SweepResults, Figure?> Make, string Wants);

/// <summary>Which figures a sweep has, in reading order.</summary>
internal static class SweepFigures
{
    // Maps of more pairs than three axes make would be a gallery of their own.
    private const int MostMappedAxes = 3;

    private const string WantsFinished = "a finished trial";
    private const string WantsCurve = "a finished trial, and one target over one input";

    /// <summary>The figures that a sweep with this grid may have.</summary>
    public static IReadOnlyList<FigureKind> Kinds(SweepTable table)
    {
        var kinds = new List<FigureKind>
        {
            new("data", new Needs(Parts.Fit), r => Curve(r, (best, _) => DataFigure.Of(best.Fit)), WantsCurve),
            new("model-losses", new Needs(Parts.Losses, Noise: true), r => Model(r, (best, who) => LossFigures.OfModel(best, who, r.Noise?.Value)), "a trial with an epoch behind it"),
            new("model-prediction", new Needs(Parts.Fit), r => Curve(r, PredictionFigures.OfModel), WantsCurve),
            new("confusion", new Needs(Parts.Outputs), r => Model(r, (best, who) => ConfusionFigure.Of(best, r.Shape, who)), "a finished trial, and 2 to 20 classes"),
            new("predicted-targets", new Needs(Parts.Outputs), r => Model(r, (best, who) => TargetFigure.Of(best, r.Shape, who)), "a finished trial, and several inputs or targets"),
            new("monte-carlo-dropout", new Needs(Parts.Fit, Noise: true), r => Curve(r, (best, who) => MonteCarloFigure.Of(best, who, r.Noise?.Value)), "predictions of many dropout passes"),
            new("model-density", new Needs(Parts.Parameters), r => Model(r, DensityFigures.OfModel), "a finished trial with snapshots"),
            new("parameters-over-epochs", new Needs(Parts.History), r => Model(r, HistoryFigures.OverEpochs), "a finished trial with several snapshots"),
            new("parameters-per-layer", new Needs(Parts.History), r => Model(r, HistoryFigures.PerLayer), "a finished trial with snapshots, and a model whose layers this version knows"),
        };
        if (table.Measures.Metrics.Count > 0)
            kinds.Add(new("metrics", new Needs(Parts.Metrics), r => Model(r, MetricFigures.OfModel), "a trial whose program reported a metric"));
        if (HasChoice(table))
        {
            if (!table.Measures.Shown.IsDefault && table.Grid.Axes.Count > 0)
                kinds.Add(new("final-metric", new Needs(), r => MetricFigures.Final(r.Table), WantsShown(table)));
            kinds.Add(new("metric-distribution", new Needs(), r => MeasureFigures.Distribution(r.Table, r.Best), $"three trials that end with different numbers, and {WantsShown(table)}"));
            kinds.Add(new("metric-scatter", new Needs(), r => MeasureFigures.Scatter(r.Table, r.Best), WantsShown(table)));
        }

        kinds.AddRange(OfGrid(table));
        foreach (var axis in table.Grid.Axes)
            kinds.AddRange(OfAxis(axis, table.Grid.Axes.Count == 1 ? "" : "-" + FileName(axis.Key), table.Columns.Replicates, table.Measures, HasChoice(table)));
        return [.. kinds.DistinctBy(kind => kind.Name)];
    }

    /// <summary>All figures that there is something to draw of.</summary>
    public static IReadOnlyList<Figure> Of(SweepResults results) => [.. Kinds(results.Table).Select(kind => LossName.In(kind.Make(results), results.Loss)).OfType<Figure>()];

    /// <summary>One figure, for which no more is read than it draws. Where the store holds too little for it, an empty figure says so.</summary>
    /// <returns>Null when no sweep with this grid has a figure of that name.</returns>
    public static Task<Figure?> ReadAsync(SweepReader reader, SweepRow sweep, string name, Bandwidth? bandwidth, CancellationToken ct) =>
        ReadAsync(new ResultsReader(reader, sweep, bandwidth), name, ct);

    /// <inheritdoc cref="ReadAsync(SweepReader, SweepRow, string, Bandwidth?, CancellationToken)"/>
    public static async Task<Figure?> ReadAsync(ResultsReader results, string name, CancellationToken ct)
    {
        var table = await results.TableAsync(ct);
        if (Kinds(table).FirstOrDefault(kind => kind.Name == name) is not { } kind)
            return null;
        var read = await results.ReadAsync(kind.Needs, ct);
        return LossName.In(kind.Make(read), read.Loss) ?? EmptyFigure.Of(kind.Name, $"This figure needs {kind.Wants}.", table);
    }

    private static IEnumerable<FigureKind> OfGrid(SweepTable table)
    {
        var axes = table.Grid.Axes;
        if (axes.Count == 0)
            yield break;
        yield return new("final-losses", new Needs(Noise: true), r => FinalLossFigure.Of(r.Table, r.CommonNoise), WantsFinished);
        if (axes.Count > 1)
        {
            foreach (var (across, up) in Pairs(table))
            {
                var suffix = axes.Count == 2 ? "" : $"-{FileName(axes[across].Key)}-{FileName(axes[up].Key)}";
                yield return new("heat-map" + suffix, new Needs(), r => HeatMapFigure.Of(r.Table, r.Best, across, up, suffix), WantsFinished);
            }

            yield return new("parallel-coordinates", new Needs(), r => ParallelFigure.Of(r.Table, r.Best), WantsFinished);
        }

        if (axes.Count > 1 || table.Columns.Replicates > 1)
            yield return new("importance", new Needs(), r => ImportanceFigure.Of(r.Table), "two finished trials with different losses");
        if (table.Columns.Replicates > 1)
            yield return new("paired-differences", new Needs(), r => PairedFigure.Of(r.Table, r.Best), "two replicates of two configurations");
        yield return new(
            "bias-variance", new Needs(Noise: true),
            r => PlacementFigure.Of(r.Table, r.Best, r.Noise?.Value, r.Noise?.IsExact ?? false, r.Dropout), "a finished trial, and data whose noise is known or can be estimated");
    }

    // λ across and p upwards, as people say it; with more axes, the pairs of those that matter most.
    private static IEnumerable<(int Across, int Up)> Pairs(SweepTable table)
    {
        var axes = Enumerable.Range(0, table.Grid.Axes.Count).ToArray();
        if (axes.Length > MostMappedAxes)
        {
            var shares = ImportanceFigure.Shares(table)?.Main;
            axes = [.. axes.OrderByDescending(axis => shares?[axis] ?? 0).Take(MostMappedAxes).Order()];
        }

        return from one in axes
               from other in axes
               where one < other
               select table.Grid.Axes[other].Values.Count > 2 * table.Grid.Axes[one].Values.Count ? (other, one) : (one, other);
    }

    // Where the validation loss is all there is to compare by, the figures of losses say it.
    private static bool HasChoice(SweepTable table) => table.Measures.Metrics.Count > 0 || !table.Measures.Shown.IsDefault;

    private static string WantsShown(SweepTable table) => $"a finished trial with {(table.Measures.Shown.IsLoss ? "a " : "")}{table.Measures.Shown.Title}";

    private static IEnumerable<FigureKind> OfAxis(GridAxis axis, string suffix, int replicates, Measures measures, bool hasChoice)
    {
        // One axis: plain names. Several: each name ends in its axis.
        var isDropout = axis.Key is "regularization.dropout.p" or "regularization.dropout.keep_prob";
        var key = axis.Key;
        yield return new("training-losses" + suffix, new Needs(Slices: Parts.Losses, Axis: key, Noise: true), r => Slice(r, key, s => LossFigures.OfSlice(s, suffix, r.CommonNoise)), "a trial with an epoch behind it");
        if (hasChoice)
            yield return new("metric-curves" + suffix, new Needs(Slices: measures.Shown.IsLoss ? Parts.Losses : Parts.Metrics, Axis: key), r => Slice(r, key, s => MetricFigures.OfSlice(s, suffix, measures)), $"a trial with an epoch behind it, and its {measures.Shown.Title}");
        if (key is "data.fraction" or "data.points")
            yield return new("learning-curve" + suffix, new Needs(Noise: true), r => LearningCurveFigure.Of(r.Table, r.Best, key, suffix, r.CommonNoise), "finished trials with two amounts of data");
        if (key is "regularization.l1" or "regularization.norm.strength")
            yield return new("sparsity" + suffix, new Needs(Listed: true), r => SparsityFigure.Of(r, key, suffix), "a finished trial with snapshots");
        if (replicates > 1)
            yield return new("replicates" + suffix, new Needs(Slices: Parts.Replicates, Axis: key, Noise: true), r => Slice(r, key, s => ReplicateFigure.Of(s, suffix, r.CommonNoise, measures.Shown)), "two finished replicates of a configuration");
        yield return new(
            "predictions" + suffix, new Needs(Slices: Parts.Fit, Axis: key),
            r => !r.Shape.IsCurve ? null : Slice(r, key, s => isDropout ? PredictionFigures.Multiples(s, suffix, r.DropoutStaysOn) : PredictionFigures.Overlaid(s, suffix)), WantsCurve);
        yield return new("densities" + suffix, new Needs(Slices: Parts.Parameters, Axis: key), r => Slice(r, key, s => DensityFigures.OfSlice(s, suffix)), "a finished trial with snapshots");
        yield return new("divergence" + suffix, new Needs(Slices: Parts.Parameters, Axis: key), r => Slice(r, key, s => DivergenceFigure.Of(s, suffix)), "a finished trial with snapshots");
    }

    private static Figure? Model(SweepResults results, Func<TrialResult, string, Figure?> make) =>
        results.BestResult is { } best ? make(best, results.WhoIsBest()) : null;

    private static Figure? Curve(SweepResults results, Func<TrialResult, string, Figure?> make) => results.Shape.IsCurve ? Model(results, make) : null;

    // Of drawn configurations hardly two are alike in all but one key: one alone is no comparison.
    private static Figure? Slice(SweepResults results, string key, Func<Slice, Figure?> make) =>
        results.Slices.FirstOrDefault(slice => slice.Axis.Key == key) is { Members.Count: > 1 } slice ? make(slice) : null;

    // Keys come from the store: only what is safe in a file name and an XML id stays.
    private static string FileName(string key) =>
        string.Concat(key.ToLowerInvariant().Take(60).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
