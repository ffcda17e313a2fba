using SweepCluster.Contracts;

namespace SweepCluster.Store.News;

/// <summary>What a silo last learned of a trial: worth a look, never a record. Records are in the store.</summary>
/// <param name="Ordinal">Place in the grid; with the specification it tells the configuration.</param>
/// <param name="Epoch">Epochs trained; 0 before the first.</param>
/// <param name="Training">Loss of that epoch; null before the first.</param>
/// <param name="State">Running, or the state its attempt left it in: Pending if it was given back.</param>
public sealed record TrialNews(SweepId Sweep, TrialId Trial, long Ordinal, int Replicate, TrialState State, int Epoch, double? Training, double? Validation)
{
    /// <summary>What a program reported as the metric that the sweep's trials are compared by; null where that is a loss.</summary>
    public double? Metric { get; init; }
}
