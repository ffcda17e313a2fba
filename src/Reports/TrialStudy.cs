using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>Everything the store knows of one trial.</summary>
/// <param name="Who">“λ = 1e-5, replicate 1”; empty for the only trial of a sweep.</param>
/// <param name="Data">Null before the trial has a fit.</param>
internal sealed record TrialStudy(
    SweepRow Sweep, string Who, TrialResult Result, IReadOnlyList<AttemptRow> Attempts, DataSetRow? Data, IrreducibleError? Noise, bool IsBest, LogRow? Log)
{
    public TrialRow Trial => Result.Trial;

    /// <summary>What its sweep's trials are compared by.</summary>
    public Measure Objective { get; init; } = Measure.Validation;

    /// <param name="results">Of the trial's sweep; what it has read of the trial is not read again.</param>
    public static async Task<TrialStudy> ReadAsync(SweepReader reader, SweepRow sweep, ResultsReader results, long trial, CancellationToken ct)
    {
        var table = await results.TableAsync(ct);
        var result = await results.ResultAsync(trial, Parts.Losses | Parts.Fit | Parts.Parameters | Parts.History | Parts.Outputs | Parts.Metrics, ct);
        var data = await reader.DataSetAsync(trial, ct);
        var noise = data?.IrreducibleError is { } exact
            ? new IrreducibleError(exact, IsExact: true)
            : DataShape.Of(sweep.Specification).IsCurve && NoiseFloor.Variance(result.Fit.Target) is { } estimate ? new IrreducibleError(estimate, IsExact: false) : (IrreducibleError?)null;
        var who = string.Join(", ", table.Grid.Axes.Select(axis => axis.Equation(axis[result.Trial])).Concat(table.Columns.Replicates > 1 ? [$"replicate {result.Trial.Replicate}"] : []));
        var best = Selection.Best(table);
        return new TrialStudy(sweep, who, result, await reader.AttemptsAsync(trial, ct), data, noise, best is not null && table.Columns.Id[best.Row] == trial,
            await reader.LogAsync(trial, ct))
        {
            Objective = table.Measures.Objective,
        };
    }

    /// <summary>The trial's own figures, in reading order.</summary>
    public IReadOnlyList<Figure> Figures()
    {
        var shape = DataShape.Of(Sweep.Specification);
        Figure?[] figures =
        [
            LossFigures.OfModel(Result, Who, Noise?.Value), shape.IsCurve ? PredictionFigures.OfModel(Result, Who) : null, shape.IsCurve ? MonteCarloFigure.Of(Result, Who, Noise?.Value) : null,
            ConfusionFigure.Of(Result, shape, Who), TargetFigure.Of(Result, shape, Who),
            DensityFigures.OfModel(Result, Who), HistoryFigures.OverEpochs(Result, Who), HistoryFigures.PerLayer(Result, Who), MetricFigures.OfModel(Result, Who),
        ];
        var loss = Sweep.Specification.TryGetProperty("training", out var training) && training.TryGetProperty("loss", out var found) ? found.GetString() : null;
        return [.. figures.Select(figure => LossName.In(figure, loss)).OfType<Figure>()];
    }
}
