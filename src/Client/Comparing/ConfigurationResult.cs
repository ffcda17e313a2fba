using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Comparing;

/// <summary>The trials of one configuration that ended with a result, over its replicates.</summary>
/// <param name="Loss">Mean over the replicates of what the sweep's trials are compared by: the final validation loss, or its objective.</param>
/// <param name="Deviation">Their sample standard deviation; null for a single replicate.</param>
internal sealed record ConfigurationResult(Configuration Configuration, long Ordinal, IReadOnlyList<TrialSummary> Trials, double Loss, double? Deviation)
{
    /// <summary>Configurations with a result, best first. One that lacks replicates comes after all that have more of them.</summary>
    public static IReadOnlyList<ConfigurationResult> Rank(IEnumerable<TrialSummary> trials, Objective objective) =>
        [.. trials.Where(trial => HasResult(trial, objective)).GroupBy(trial => trial.Ordinal).Select(same => Of(same, objective))
            .OrderByDescending(result => result.Trials.Count).ThenBy(result => objective.Maximize ? -result.Loss : result.Loss).ThenBy(result => result.Ordinal)];

    /// <summary>What a trial is compared by; null where it has none.</summary>
    public static double? ValueOf(TrialSummary trial, Objective objective) => objective.Metric switch
    {
        "validation" => trial.ValidationLoss,
        "training" => trial.TrainingLoss,
        "test" => trial.TestLoss,
        var name => trial.Metrics.TryGetValue(name, out var value) ? value : null,
    };

    private static bool HasResult(TrialSummary trial, Objective objective) =>
        trial.State is TrialState.Completed or TrialState.Stopped && ValueOf(trial, objective) is { } value && double.IsFinite(value);

    private static ConfigurationResult Of(IGrouping<long, TrialSummary> trials, Objective objective)
    {
        var all = trials.OrderBy(trial => trial.Replicate).ToList();
        var losses = all.Select(trial => ValueOf(trial, objective)!.Value).ToList();
        var mean = losses.Average();
        double? deviation = losses.Count > 1 ? Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Count - 1)) : null;
        return new ConfigurationResult(Configuration.FromJson(all[0].Configuration), trials.Key, all, mean, deviation);
    }
}
