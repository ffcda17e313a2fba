using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>A sweep in training at one moment: all that its progress shows.</summary>
/// <param name="PerSecond">Trials ended a second, since this run began; null while that says nothing.</param>
/// <param name="EpochsDone">Over all trials; with <paramref name="Epochs"/> it says how far the work is.</param>
internal sealed record ProgressSnapshot(
    string Name,
    long Trials,
    long Ended,
    long Failed,
    double EpochsDone,
    double Epochs,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    IReadOnlyList<TrialProgress> Running,
    BestTrial? Best,
    double? PerSecond = null)
{
    /// <summary>What the best is the best by.</summary>
    public Objective Objective { get; init; } = Objective.Default;

    /// <summary>In [0, 1].</summary>
    public double Share => Epochs <= 0 ? 1 : Math.Clamp(EpochsDone / Epochs, 0, 1);
}

/// <summary>A trial on one of this silo's slots.</summary>
/// <param name="Trail">How its validation loss came there.</param>
internal sealed record TrialProgress(string Label, int Epoch, int Epochs, double? TrainingLoss, double? ValidationLoss, LossTrail? Trail = null)
{
    /// <summary>What its program last reported as the sweep's objective; null where that is a loss.</summary>
    public double? Metric { get; init; }
}

/// <param name="Value">What trials are compared by.</param>
internal sealed record BestTrial(string Label, double Value)
{
    /// <summary>The better of the best so far and a trial that has ended.</summary>
    public static BestTrial? Of(BestTrial? best, TrialProgress ended, Objective objective) =>
        objective.Among(ended.TrainingLoss, ended.ValidationLoss, ended.Metric) is { } value && (best is null || objective.Turn(value) < objective.Turn(best.Value)) ? new BestTrial(ended.Label, value) : best;
}
