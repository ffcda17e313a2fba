namespace SweepCluster.Training;

/// <summary>What a plan must keep; the text says what was expected and what was found.</summary>
internal static class Requirement
{
    /// <exception cref="ArgumentException">It does not hold.</exception>
    public static void That(bool holds, string name, string expected, object? found)
    {
        if (!holds) throw new ArgumentException($"{name}: {expected}, found {found ?? "none"}");
    }

    public static void IsAtLeastZero(float number, string name) => That(number >= 0 && float.IsFinite(number), name, "must be at least 0", number);

    public static void IsAboveZero(float number, string name) => That(number > 0 && float.IsFinite(number), name, "must be above 0", number);

    /// <summary>A share that is kept from step to step.</summary>
    public static void IsDecay(float number, string name) => That(number is >= 0 and < 1, name, "must be in [0, 1)", number);
}
