using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Comparing;

/// <summary>The trials of one configuration that ended with a result, over its replicates.</summary>
internal sealed record ConfigurationResult(Configuration Configuration, IReadOnlyList<TrialSummary> Trials, ReplicatedLoss Loss)
{
    /// <summary>Configurations with a result, best first. One that lacks replicates comes after all that have more of them.</summary>
    public static IReadOnlyList<ConfigurationResult> Rank(IReadOnlyCollection<TrialSummary> trials)
    {
        var byOrdinal = trials.Where(HasResult).OrderBy(trial => trial.Replicate).ToLookup(trial => trial.Ordinal);
        return [.. Replication.Rank(Replication.Of(ConfigurationTable.Finished(trials)))
            .Select(loss => new ConfigurationResult(Configuration.FromJson(byOrdinal[loss.Ordinal].First().Configuration), [.. byOrdinal[loss.Ordinal]], loss))];
    }

    private static bool HasResult(TrialSummary trial) =>
        trial.State is TrialState.Completed or TrialState.Stopped && trial.ValidationLoss is { } loss && double.IsFinite(loss);
}
