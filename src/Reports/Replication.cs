using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>One configuration over its replicates: what a single loss leaves unsaid.</summary>
/// <param name="Ordinal">Place of the configuration in the grid.</param>
/// <param name="Count">Replicates with a finite validation loss.</param>
/// <param name="Mean">Of their validation losses; NaN without any.</param>
/// <param name="Deviation">Standard deviation, n − 1; NaN below two, as is the interval.</param>
/// <param name="Low">The mean's 95 % interval begins here, and ends at <paramref name="High"/>.</param>
public sealed record ReplicatedLoss(long Ordinal, int Count, double Mean, double Deviation, double Low, double High)
{
    /// <summary>Against the configuration of the lowest mean, replicate by replicate; null for that one itself, and without a common replicate.</summary>
    public PairedDifference? ToBest { get; init; }
}

/// <summary>
/// Mean of the differences within replicates and its 95 % interval. All configurations of a replicate share seed, initial θ and
/// batches, so much of the luck is in both and drops out: far narrower than the difference of two intervals.
/// </summary>
/// <param name="Count">Replicates that both have.</param>
public sealed record PairedDifference(int Count, double Mean, double Low, double High)
{
    /// <summary>The interval leaves out 0.</summary>
    public bool IsClear => Low > 0 || High < 0;
}

/// <summary>Statistics over replicates; pure.</summary>
public static class Replication
{
    /// <summary>In order of ordinal; empty where no configuration has two replicates.</summary>
    /// <param name="trials">Finished ones; losses that are not finite are left out.</param>
    public static IReadOnlyList<ReplicatedLoss> Of(IEnumerable<(long Ordinal, int Replicate, double ValidationLoss)> trials)
    {
        var byConfiguration = trials.Where(trial => double.IsFinite(trial.ValidationLoss)).GroupBy(trial => trial.Ordinal).OrderBy(group => group.Key)
            .Select(group => (group.Key, Losses: group.ToDictionary(trial => trial.Replicate, trial => trial.ValidationLoss))).ToArray();
        if (!byConfiguration.Any(configuration => configuration.Losses.Count > 1))
            return [];
        var best = byConfiguration.MinBy(configuration => configuration.Losses.Values.Average());
        return [.. byConfiguration.Select(configuration =>
        {
            var losses = configuration.Losses.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray();
            var interval = Confidence.Of(losses);
            return new ReplicatedLoss(configuration.Key, losses.Length, interval.Mean, Sample.Deviation(losses), interval.Low, interval.High)
            {
                ToBest = configuration.Key == best.Key ? null : Paired(configuration.Losses, best.Losses),
            };
        })];
    }

    private static PairedDifference? Paired(Dictionary<int, double> losses, Dictionary<int, double> best)
    {
        var differences = losses.Where(pair => best.ContainsKey(pair.Key)).OrderBy(pair => pair.Key).Select(pair => pair.Value - best[pair.Key]).ToArray();
        var interval = Confidence.Of(differences);
        return differences.Length == 0 ? null : new PairedDifference(differences.Length, interval.Mean, interval.Low, interval.High);
    }
}
