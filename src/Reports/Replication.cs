using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>One configuration over its replicates: what a single loss leaves unsaid. Of validation losses, or of what else the sweep's trials are compared by.</summary>
/// <param name="Ordinal">Place of the configuration in the grid.</param>
/// <param name="Count">Replicates with a finite one.</param>
/// <param name="Mean">Of them.</param>
/// <param name="Deviation">Standard deviation, n − 1; NaN below two, as is the interval.</param>
/// <param name="Low">The mean's 95 % interval begins here, and ends at <paramref name="High"/>.</param>
public sealed record ReplicatedLoss(long Ordinal, int Count, double Mean, double Deviation, double Low, double High)
{
    /// <summary>The lowest mean of those with the most replicates; the highest where more is better.</summary>
    public bool IsBest { get; init; }

    /// <summary>Against the best, replicate by replicate; null for the best itself, and without a common replicate.</summary>
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
    /// <summary>Every configuration with a finite loss, in order of ordinal.</summary>
    /// <param name="trials">Finished ones, each with its validation loss or with what else it is compared by.</param>
    /// <param name="maximize">More of it is better.</param>
    public static IReadOnlyList<ReplicatedLoss> Of(IEnumerable<(long Ordinal, int Replicate, double Value)> trials, bool maximize = false)
    {
        var configurations = trials.Where(trial => double.IsFinite(trial.Value)).GroupBy(trial => trial.Ordinal).OrderBy(group => group.Key)
            .Select(group => (Ordinal: group.Key, Losses: group.ToDictionary(trial => trial.Replicate, trial => trial.Value))).ToArray();
        if (configurations.Length == 0)
            return [];
        var best = configurations.OrderByDescending(one => one.Losses.Count).ThenBy(one => one.Losses.Values.Average() * (maximize ? -1 : 1)).First();
        return [.. configurations.Select(one =>
        {
            var losses = one.Losses.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray();
            var interval = Confidence.Of(losses);
            var isBest = one.Ordinal == best.Ordinal;
            return new ReplicatedLoss(one.Ordinal, losses.Length, interval.Mean, Sample.Deviation(losses), interval.Low, interval.High)
            {
                IsBest = isBest,
                ToBest = isBest ? null : Paired(one.Losses, best.Losses),
            };
        })];
    }

    /// <summary>Best first: one that lacks replicates comes after all that have more of them.</summary>
    /// <param name="maximize">More is better.</param>
    public static IReadOnlyList<ReplicatedLoss> Rank(IEnumerable<ReplicatedLoss> configurations, bool maximize = false) =>
        [.. configurations.OrderByDescending(one => one.Count).ThenBy(one => maximize ? -one.Mean : one.Mean).ThenBy(one => one.Ordinal)];

    /// <summary>How much greater losses are than the others under the same seeds (or replicates, where all share the sweep's seed).</summary>
    /// <returns>Null without a common seed; NaN for the interval of one.</returns>
    public static PairedDifference? Paired<TSeed>(IReadOnlyDictionary<TSeed, double> losses, IReadOnlyDictionary<TSeed, double> others)
        where TSeed : notnull
    {
        var differences = losses.Where(pair => others.ContainsKey(pair.Key)).OrderBy(pair => pair.Key).Select(pair => pair.Value - others[pair.Key]).Where(double.IsFinite).ToArray();
        var interval = Confidence.Of(differences);
        return differences.Length == 0 ? null : new PairedDifference(differences.Length, interval.Mean, interval.Low, interval.High);
    }
}
