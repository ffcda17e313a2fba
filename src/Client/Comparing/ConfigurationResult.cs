using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Comparing;

/// <summary>The trials of one configuration that ended with a result, over its replicates.</summary>
/// <param name="Loss">Of what the sweep's trials are compared by: the validation loss, or its objective; differences to the best are positive where it is worse.</param>
/// <param name="ValidationLoss">Mean over the replicates.</param>
internal sealed record ConfigurationResult(Configuration Configuration, IReadOnlyList<TrialSummary> Trials, ReplicatedLoss Loss, double ValidationLoss)
{
    /// <summary>Configurations with a result, best first. One that lacks replicates comes after all that have more of them.</summary>
    /// <param name="objective">Null: the validation loss.</param>
    public static IReadOnlyList<ConfigurationResult> Rank(IReadOnlyCollection<TrialSummary> trials, Objective? objective = null)
    {
        objective ??= Objective.Default;
        var sign = objective.Maximize ? -1 : 1;
        var byOrdinal = trials.Where(trial => HasResult(trial, objective)).OrderBy(trial => trial.Replicate).ToLookup(trial => trial.Ordinal);
        var scores = byOrdinal.SelectMany(same => same).Select(trial => (trial.Ordinal, trial.Replicate, sign * ValueOf(trial, objective)!.Value));
        return [.. Replication.Rank(Replication.Of(scores)).Select(loss => new ConfigurationResult(
            Configuration.FromJson(byOrdinal[loss.Ordinal].First().Configuration), [.. byOrdinal[loss.Ordinal]],
            objective.Maximize ? loss with { Mean = -loss.Mean, Low = -loss.High, High = -loss.Low } : loss,
            objective.IsDefault ? loss.Mean : byOrdinal[loss.Ordinal].Average(trial => trial.ValidationLoss ?? double.NaN)))];
    }

    /// <summary>What a trial is compared by; null where it has none.</summary>
    public static double? ValueOf(TrialSummary trial, Objective objective) => objective.Metric switch
    {
        "validation" => trial.ValidationLoss,
        "training" => trial.TrainingLoss,
        "test" when trial.TestLoss is { } loss => loss,
        var name => trial.Metrics.TryGetValue(name, out var value) ? value : null,
    };

    private static bool HasResult(TrialSummary trial, Objective objective) =>
        trial.State is TrialState.Completed or TrialState.Stopped && ValueOf(trial, objective) is { } value && double.IsFinite(value);
}
