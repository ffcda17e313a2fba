namespace SweepCluster.Reports.Live;

/// <summary>A trial that is being trained, as a page shows it.</summary>
/// <param name="Label">“λ = 1e-5, replicate 1”.</param>
/// <param name="Training">Loss with three digits; – before the first epoch.</param>
internal sealed record LiveTrial(long Id, string Label, int Epoch, string Training, string Validation);

/// <summary>How far a sweep is, at one moment.</summary>
/// <param name="Ended">Trials in a final state.</param>
/// <param name="Counts">Trials by state; states without any are absent.</param>
/// <param name="Running">The first of them.</param>
/// <param name="IsOpen">More is to come.</param>
/// <param name="Note">What a watcher should know: the store is away.</param>
internal sealed record LiveState(
    string State, long Trials, long Ended, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<LiveTrial> Running, bool IsOpen, string? Note = null);
