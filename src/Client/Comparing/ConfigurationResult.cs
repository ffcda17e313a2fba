using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Comparing;

/// <summary>The trials of one configuration that ended with a result, over its replicates.</summary>
/// <param name="Loss">Mean of the replicates' final validation losses.</param>
/// <param name="Deviation">Their sample standard deviation; null for a single replicate.</param>
internal sealed record ConfigurationResult(Configuration Configuration, long Ordinal, IReadOnlyList<TrialSummary> Trials, double Loss, double? Deviation)
{
    /// <summary>Configurations with a result, best first. One that lacks replicates comes after all that have more of them.</summary>
    public static IReadOnlyList<ConfigurationResult> Rank(IEnumerable<TrialSummary> trials) =>
        [.. trials.Where(HasResult).GroupBy(trial => trial.Ordinal).Select(Of).OrderByDescending(result => result.Trials.Count).ThenBy(result => result.Loss).ThenBy(result => result.Ordinal)];

    private static bool HasResult(TrialSummary trial) =>
        trial.State is TrialState.Completed or TrialState.Stopped && trial.ValidationLoss is { } loss && double.IsFinite(loss);

    private static ConfigurationResult Of(IGrouping<long, TrialSummary> trials)
    {
        var all = trials.OrderBy(trial => trial.Replicate).ToList();
        var losses = all.Select(trial => trial.ValidationLoss!.Value).ToList();
        var mean = losses.Average();
        double? deviation = losses.Count > 1 ? Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Count - 1)) : null;
        return new ConfigurationResult(Configuration.FromJson(all[0].Configuration), trials.Key, all, mean, deviation);
    }
}
