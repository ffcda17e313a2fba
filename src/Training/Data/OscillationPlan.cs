namespace SweepCluster.Training;

/// <summary>How columns are scaled.</summary>
public enum Scaling
{
    None,

    /// <summary>To [0, 1] by the smallest and the largest value.</summary>
    MinMax,

    /// <summary>To mean 0 and standard deviation 1.</summary>
    Standard,
}

/// <summary>Shares of the rows, each at least 0, that sum to 1.</summary>
public sealed record SplitRatio(double Train, double Validation, double Test);

/// <summary>All that decides a trial's data.</summary>
public abstract record DataPlan
{
    /// <summary>Rows.</summary>
    public abstract int Points { get; init; }

    public abstract SplitRatio Split { get; init; }
}

/// <summary>Y = sin(A·X) · (1 − cos(B·X)) / exp(C·X) + ε, on X evenly spaced over [0, 4π], both ends included.</summary>
/// <param name="Points">Rows, at least 2.</param>
/// <param name="A">Null: drawn from N(1, 0.5) by <paramref name="Seed"/>, as is <paramref name="B"/>.</param>
/// <param name="C">Null: drawn from N(0, 0.1).</param>
/// <param name="Noise">Standard deviation of ε before scaling, at least 0.</param>
/// <param name="Seed">Decides coefficients, noise and split, each by numbers of its own.</param>
public sealed record OscillationPlan(
    int Points, double? A, double? B, double? C, double Noise, Scaling Scale, SplitRatio Split, ulong Seed) : DataPlan;
