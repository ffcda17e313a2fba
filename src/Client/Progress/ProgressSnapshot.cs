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
    /// <summary>In [0, 1].</summary>
    public double Share => Epochs <= 0 ? 1 : Math.Clamp(EpochsDone / Epochs, 0, 1);
}

/// <summary>A trial on one of this silo's slots.</summary>
/// <param name="Trail">How its validation loss came there.</param>
internal sealed record TrialProgress(string Label, int Epoch, int Epochs, double? TrainingLoss, double? ValidationLoss, LossTrail? Trail = null);

internal sealed record BestTrial(string Label, double ValidationLoss);
