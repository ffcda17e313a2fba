namespace SweepCluster.Grains.Testing;

/// <summary>A finished trial, as far as the choice looks at it.</summary>
public readonly record struct Candidate(long Ordinal, int Replicate, double ValidationLoss);

/// <summary>Which configuration is looked at on the test part.</summary>
public static class TestSelection
{
    /// <summary>
    /// The best as `sweep best` and the report have it: of the configurations with the most finished replicates the lowest mean
    /// validation loss; of equals the first in the grid.
    /// </summary>
    /// <returns>Null where no finished trial has a loss that is a number.</returns>
    public static long? Of(IEnumerable<Candidate> finished)
    {
        var configurations = finished.Where(trial => double.IsFinite(trial.ValidationLoss)).GroupBy(trial => trial.Ordinal, trial => trial.ValidationLoss)
            .OrderByDescending(losses => losses.Count()).ThenBy(losses => losses.Average()).ThenBy(losses => losses.Key);
        return configurations.FirstOrDefault()?.Key;
    }
}
