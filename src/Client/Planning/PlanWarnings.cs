using SweepCluster.Contracts;

namespace SweepCluster.Client.Planning;

/// <summary>What somebody may want to know before the sweep runs, and not after.</summary>
internal static class PlanWarnings
{
    private const double ManyBytes = 5e9;
    private const double LongSeconds = 24 * 3600;

    /// <param name="seconds">Of the whole sweep, by the clock.</param>
    /// <param name="free">Bytes free where the private store lives.</param>
    public static IEnumerable<string> Of(Specification specification, Amount amount, double seconds, double free)
    {
        if (amount.Bytes > free)
            yield return $"needs about {Numbers.Bytes(amount.Bytes)}, and the private store's disk has {Numbers.Bytes(free)} free; keep fewer snapshots (snapshots.every), or name a server with --store";
        else if (amount.Bytes > ManyBytes)
            yield return $"leaves about {Numbers.Bytes(amount.Bytes)} in the store, nearly all of it snapshots of θ; a larger snapshots.every keeps fewer";
        if (seconds > LongSeconds)
            yield return $"takes {Numbers.Duration(TimeSpan.FromSeconds(seconds))} on this machine; `{CommandName.Text} launch` and silos on more machines share the work";
        if (Values(specification, "regularization.dropout.evaluation").Any(value => value.ToString() == "on")
            && Drops(specification))
            yield return "dropout.evaluation is on: validation losses and fits are those of a network with dropped units, as in the article's notebook";
        if (Values(specification, "training.trainer").Any(value => value.ToString() != "simd"))
            yield return "training.trainer: the time is that of simd; other trainers take longer (docs/engines.md)";
        if (Values(specification, "stopping.patience").Any(value => value is not Value.Word) || Values(specification, "stopping.rule").Any(value => value.ToString() != "none"))
            yield return "stopping: the time is that of trials that are all trained to their last epoch; a rule may end them sooner";
        if (specification is { Replicates: 1, ConfigurationCount: > 1 })
            yield return "replicates is 1: differences between configurations cannot be told from luck; replicates: 5 gives intervals";
    }

    private static bool Drops(Specification specification) =>
        Values(specification, "regularization.dropout.p").Any(value => value is Value.Rates or Value.Real { Number: > 0 })
        || Values(specification, "regularization.dropout.keep_prob").Any(value => value is Value.Rates or Value.Real { Number: < 1 });

    private static IEnumerable<Value> Values(Specification specification, string key) =>
        specification.ValuesOf(key);
}
