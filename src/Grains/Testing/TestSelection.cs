namespace SweepCluster.Grains.Testing;

/// <summary>A finished trial, as far as the choice looks at it.</summary>
public readonly record struct Candidate(long Ordinal, int Replicate, double ValidationLoss);

/// <summary>Which configuration is looked at on the test part.</summary>
public static class TestSelection
{
    /// <summary>The lowest mean validation loss over finished replicates; of equals the first in the grid.</summary>
    /// <returns>Null where no finished trial has a loss that is a number.</returns>
    public static long? Of(IEnumerable<Candidate> finished)
    {
        var means = finished.GroupBy(trial => trial.Ordinal, trial => trial.ValidationLoss)
            .Select(losses => (Ordinal: losses.Key, Mean: losses.Average())).Where(one => double.IsFinite(one.Mean)).ToList();
        return means.Count == 0 ? null : means.OrderBy(one => one.Mean).ThenBy(one => one.Ordinal).First().Ordinal;
    }
}
