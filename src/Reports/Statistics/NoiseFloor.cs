namespace SweepCluster.Reports.Statistics;

/// <summary>
/// The irreducible error, estimated from the targets alone: for y = f(x) + ε with smooth f, the second differences
/// y_{i−1} − 2y_i + y_{i+1} have variance 6σ², because f is straight over two steps of 10,000
/// (Gasser, Sroka and Jennen-Steinmetz 1986). About 2 % standard error at 10,000 points.
/// </summary>
internal static class NoiseFloor
{
    private const int Fewest = 100;

    /// <param name="targets">In order of x, evenly spaced.</param>
    /// <returns>σ², in squared units of the target; null when there are too few targets to say.</returns>
    public static double? Variance(ReadOnlySpan<double> targets)
    {
        if (targets.Length < Fewest)
            return null;
        var sum = 0.0;
        for (var i = 1; i + 1 < targets.Length; i++)
        {
            var bend = targets[i - 1] - (2 * targets[i]) + targets[i + 1];
            sum += bend * bend;
        }

        var variance = sum / (6.0 * (targets.Length - 2));
        return double.IsFinite(variance) ? variance : null;
    }
}
