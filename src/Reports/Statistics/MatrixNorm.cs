namespace SweepCluster.Reports.Statistics;

/// <summary>‖W‖_{p,q} = (Σⱼ (Σᵢ |wᵢⱼ|ᵖ)^{q/p})^{1/q} of a matrix outputs × inputs, row-major; column j holds the weights that leave input j.</summary>
internal static class MatrixNorm
{
    public static double Of(ReadOnlySpan<float> weights, int inputs, double p, double q)
    {
        if (weights.IsEmpty)
            return 0;
        var columns = new double[inputs];
        for (var n = 0; n < weights.Length; n++)
            columns[n % inputs] += Power(Math.Abs((double)weights[n]), p);
        var sum = 0.0;
        foreach (var column in columns)
            sum += Power(column, q / p);
        return Power(sum, 1 / q);
    }

    // e^(y·ln x) of our own, so that a report's digits do not depend on the machine.
    private static double Power(double x, double exponent) => exponent switch
    {
        1 => x,
        2 => x * x,
        0.5 => Math.Sqrt(x),
        _ when x == 0 => 0,
        _ => Elementary.Exp10(exponent * Elementary.Log10(x)),
    };
}
