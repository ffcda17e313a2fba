namespace SweepCluster.Reports.Statistics;

/// <summary>Entropy and divergence of discrete distributions, in nats.</summary>
internal static class Information
{
    /// <summary>H(p) = −Σ p ln p, with 0 ln 0 = 0. NaN when p is empty (adds up to nothing).</summary>
    public static double Entropy(ReadOnlySpan<double> p)
    {
        var sum = 0.0;
        var total = 0.0;
        foreach (var weight in p)
        {
            total += weight;
            if (weight > 0)
                sum -= weight * Elementary.Log(weight);
        }

        return total > 0 ? sum : double.NaN;
    }

    /// <summary>
    /// D(p ‖ q) = Σ p ln(p / q) ≥ 0: the nats lost when q stands in for p. Infinite where q is exactly zero and p is not;
    /// NaN when either is empty.
    /// </summary>
    public static double Divergence(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        if (p.Length != q.Length)
            throw new ArgumentException($"{nameof(q)}: expected {p.Length} weights on the grid of {nameof(p)}, found {q.Length}", nameof(q));
        if (p.IndexOfAnyExcept(0.0) < 0 || q.IndexOfAnyExcept(0.0) < 0)
            return double.NaN;
        var sum = 0.0;
        for (var j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            if (q[j] == 0)
                return double.PositiveInfinity;
            sum += p[j] * (Elementary.Log(p[j]) - Elementary.Log(q[j]));
        }

        // Rounding may leave −1e-17 for equal distributions; the truth is never below zero.
        return Math.Max(sum, 0);
    }
}
