namespace SweepCluster.Grains.Rules;

/// <summary>What is kept of an epoch, and when. Pure functions: the clock and the store are elsewhere.</summary>
public static class RecordingRules
{
    /// <summary>Epoch 0 and the last are always kept, and each <paramref name="every"/>-th between.</summary>
    public static bool KeepsSnapshot(int epoch, int epochs, int every) =>
        epoch == 0 || epoch == epochs || (every > 0 && epoch % every == 0);

    /// <summary>A checkpoint is due by time, and seldom enough that taking it costs no more than its share of the training.</summary>
    /// <param name="sinceLast">Since the last checkpoint, or since the attempt began.</param>
    /// <param name="lastCost">What the last one took on the training thread; zero before the first.</param>
    public static bool TakesCheckpoint(TimeSpan sinceLast, TimeSpan lastCost, GrainOptions options) =>
        sinceLast >= options.CheckpointPeriod && lastCost <= sinceLast * options.CheckpointShare;

    /// <summary>A flush ends with the checkpoint it carries, so that a resumed attempt never records an epoch twice.</summary>
    public static bool IsFull(int epochs, bool hasCheckpoint, GrainOptions options) => hasCheckpoint || epochs >= options.FlushEpochs;

    /// <summary>Waits between tries to reach the store: doubling, bounded.</summary>
    public static TimeSpan RetryAfter(int failures, GrainOptions options) =>
        TimeSpan.FromTicks(Math.Min(options.LongestRetry.Ticks, options.FirstRetry.Ticks << Math.Min(failures, 20)));
}
