using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Comparing;

/// <summary>The trials of one configuration that ended with a result, over its replicates.</summary>
/// <param name="Loss">What the sweep's trials are compared by, over the replicates: the final validation loss, or its objective.</param>
internal sealed record ConfigurationResult(Configuration Configuration, IReadOnlyList<TrialSummary> Trials, ReplicatedLoss Loss)
{
    /// <summary>Configurations with a result, best first. One that lacks replicates comes after all that have more of them.</summary>
    public static IReadOnlyList<ConfigurationResult> Rank(IReadOnlyCollection<TrialSummary> trials, Objective objective)
    {
        var byOrdinal = trials.Where(trial => HasResult(trial, objective)).OrderBy(trial => trial.Replicate).ToLookup(trial => trial.Ordinal);
        return [.. Replication.Rank(Replication.Of(Values(trials, objective), objective.Maximize), objective.Maximize)
            .Select(loss => new ConfigurationResult(Configuration.FromJson(byOrdinal[loss.Ordinal].First().Configuration), [.. byOrdinal[loss.Ordinal]], loss))];
    }

    /// <summary>What statistics over replicates are of: finished trials with a number to compare them by.</summary>
    public static IEnumerable<(long Ordinal, int Replicate, double Value)> Values(IEnumerable<TrialSummary> trials, Objective objective) =>
        trials.Where(trial => HasResult(trial, objective)).Select(trial => (trial.Ordinal, trial.Replicate, trial.ValueOf(objective)!.Value));

    /// <summary>Mean over the replicates; null where one of them has none.</summary>
    public double? ValidationLoss => Trials.All(trial => trial.ValidationLoss is not null) ? Trials.Average(trial => trial.ValidationLoss) : null;

    private static bool HasResult(TrialSummary trial, Objective objective) =>
        trial.State is TrialState.Completed or TrialState.Stopped && trial.ValueOf(objective) is { } value && double.IsFinite(value);
}
