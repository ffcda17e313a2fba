using System.Text.Json;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Api;

/// <summary>A page of rows. Next and previous are the addresses of the pages beside it, null where there is none.</summary>
internal sealed record PageShape<T>(IReadOnlyList<T> Items, string? Next, string? Previous);

/// <summary>A sweep in a list.</summary>
internal sealed record SweepShape(string Id, string Name, string State, long Trials, long Completed, long Failed, DateTime CreatedAt, DateTime? FinishedAt)
{
    public static SweepShape Of(ListedSweep sweep) =>
        new(sweep.Id, sweep.Name, sweep.State, sweep.Trials, sweep.Completed, sweep.Failed, sweep.CreatedAt, sweep.FinishedAt);
}

/// <summary>The best configuration, and the trial that stands for it.</summary>
/// <param name="Value">Mean over its replicates of what the sweep's trials are compared by: the validation loss, or its objective.</param>
internal sealed record BestShape(long Trial, JsonElement Configuration, double? ValidationLoss, double? Value);

/// <summary>A configuration over its replicates: mean, standard deviation (n − 1) and 95 % interval (Student's t) of what the sweep's trials are compared by.</summary>
/// <param name="ValidationLoss">Mean.</param>
/// <param name="Value">Mean of what they are compared by; the deviation, the intervals and the difference are of it.</param>
/// <param name="Trial">The first of its finished trials.</param>
/// <param name="Difference">To the best configuration, mean over the replicates of both, with its own 95 % interval; null for the best.</param>
internal sealed record ConfigurationShape(
    long Ordinal, JsonElement Configuration, long Trial, int Replicates, double ValidationLoss, double Value, double? Deviation, double? Low, double? High,
    double? Difference, double? DifferenceLow, double? DifferenceHigh)
{
    public static ConfigurationShape Of(ReplicatedLoss loss, double validation, TrialRow trial) => new(
        loss.Ordinal, trial.Configuration, trial.Id, loss.Count, validation, loss.Mean, Known(loss.Deviation), Known(loss.Low), Known(loss.High),
        Known(loss.ToBest?.Mean), Known(loss.ToBest?.Low), Known(loss.ToBest?.High));

    private static double? Known(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}

/// <summary>A sweep with what came of it.</summary>
/// <param name="Counts">Trials by state.</param>
/// <param name="Configurations">The best hundred over their replicates; empty without replicates.</param>
/// <param name="Objective">What its trials are compared by, and whether more of it is better.</param>
/// <param name="By">What its figures show; <paramref name="Measures"/> are all that they can.</param>
/// <param name="Diagnosis">High bias or high variance, the best configuration first, at most a hundred; empty where nothing can be said, and for open sweeps of many trials.</param>
/// <param name="Grid">Keys that take more than one value.</param>
/// <param name="Finding">What a person would say first about the results.</param>
internal sealed record SweepDetail(
    SweepShape Sweep, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<string> Grid, BestShape? Best, double? IrreducibleError,
    IReadOnlyList<string> Finding, IReadOnlyList<FigureShape> Figures, JsonElement Specification, IReadOnlyList<ConfigurationShape> Configurations,
    string Objective, bool Maximize, string By, IReadOnlyList<string> Measures, IReadOnlyList<DiagnosisRow> Diagnosis);

/// <summary>A figure and where it is.</summary>
internal sealed record FigureShape(string Name, string Title, string Svg, string Csv, string Json);

/// <summary>A row of the view trials.</summary>
internal sealed record TrialShape(
    long Id, string Sweep, int Ordinal, int Replicate, JsonElement Configuration, string State, int Attempts, string? Silo, int Epochs, double? TrainingLoss,
    double? ValidationLoss, double? TestLoss, double? BestValidationLoss, double? Seconds, string? ThetaSha256, string? Error, DateTime? StartedAt, DateTime? FinishedAt,
    string? StoppedBy, int? ThetaEpoch, IReadOnlyDictionary<string, double> Metrics)
{
    public static TrialShape Of(string sweep, TrialRow trial) => new(
        trial.Id, sweep, trial.Ordinal, trial.Replicate, trial.Configuration, trial.State, trial.Attempts, trial.Silo, trial.Epochs, trial.TrainingLoss,
        trial.ValidationLoss, trial.TestLoss, trial.BestValidationLoss, trial.Seconds, trial.ThetaSha256, trial.Error, trial.StartedAt, trial.FinishedAt,
        trial.StoppedBy, trial.ThetaEpoch, trial.Metrics);
}

/// <summary>Losses by epoch: arrays of equal length. NaN where a loss is no number.</summary>
internal sealed record LossesShape(long Trial, int[] Epoch, double[] Training, double[] Validation);

/// <summary>Epochs at which parameters were kept.</summary>
internal sealed record SnapshotsShape(long Trial, IReadOnlyList<int> Epochs);

/// <summary>Parameters at one epoch, in layer order: weights (output × input, row-major), then biases of each layer.</summary>
internal sealed record SnapshotShape(long Trial, int Epoch, float[] Parameters);

/// <summary>What the trained model predicts over its data, in order of the first input.</summary>
/// <param name="Mean">Of Monte Carlo dropout's passes; empty where there were none.</param>
internal sealed record FitShape(long Trial, double[] X, string[] Part, double[] Target, double[] Prediction, double[] Spread, double[] Mean);

/// <summary>One execution of a trial under one lease term.</summary>
internal sealed record AttemptShape(int Term, string? Silo, string? Host, DateTime? StartedAt, DateTime? EndedAt, string Outcome);

/// <summary>A launched sweep and where it is.</summary>
internal sealed record LaunchedShape(string Id, string Name, long Trials, string Location);

/// <summary>What a cancellation did: pending trials end at once, running ones within their epoch.</summary>
internal sealed record CancelledShape(string Id, int PendingEnded);
