namespace SweepCluster.Grains.Testing;

/// <summary>A finished trial, as far as the choice looks at it.</summary>
/// <param name="Value">What the sweep's trials are compared by: the validation loss, or its objective.</param>
public readonly record struct Candidate(long Ordinal, int Replicate, double Value);

/// <summary>Which configuration is looked at on the test part.</summary>
public static class TestSelection
{
    /// <summary>
    /// The best as `sweep best` and the report have it: of the configurations with the most finished replicates the lowest mean, or
    /// the highest; of equals the first in the grid.
    /// </summary>
    /// <returns>Null where no finished trial has a value that is a number.</returns>
    public static long? Of(IEnumerable<Candidate> finished, bool maximize = false)
    {
        var configurations = finished.Where(trial => double.IsFinite(trial.Value)).GroupBy(trial => trial.Ordinal, trial => maximize ? -trial.Value : trial.Value)
            .OrderByDescending(values => values.Count()).ThenBy(values => values.Average()).ThenBy(values => values.Key);
        return configurations.FirstOrDefault()?.Key;
    }
}
