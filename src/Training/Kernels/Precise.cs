namespace SweepCluster.Training.Kernels;

/// <summary>
/// exp, log, sin and cos in double for the making of data, where libm would give other bits on another machine: range
/// reduction after Cody and Waite with fused multiply-adds, then Taylor series long enough for the reduced range. Errors
/// are below 2 ulp (tests); only sums, products, quotients and exact bit shifts are used.
/// </summary>
internal static class Precise
{
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double HalfPiHigh = 1.5707963267948966;
    private const double HalfPiMiddle = 6.123233995736766e-17;
    private const double HalfPiLow = -1.4973849048591833e-33;

    /// <summary>eˣ = 2ⁿ · eʳ, |r| ≤ ln 2 / 2, series to r¹³.</summary>
    public static double Exp(double x)
    {
        if (x > 709.78) return double.PositiveInfinity;
        if (x < -745.2) return 0;
        var n = Math.Round(x * (1 / Ln2High));
        var r = Math.FusedMultiplyAdd(-n, Ln2Low, Math.FusedMultiplyAdd(-n, Ln2High, x));
        var sum = 1.0;
        for (var k = 13; k > 0; k--) sum = Math.FusedMultiplyAdd(sum, r / k, 1);
        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>ln x = k · ln 2 + 2 · artanh(s), s = (m − 1) / (m + 1), m in [√½, √2], series to s²³.</summary>
    public static double Log(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(x)) return x;
        var k = Math.ILogB(x);
        var m = Math.ScaleB(x, -k);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            k++;
        }

        var s = (m - 1) / (m + 1);
        var square = s * s;
        var sum = 0.0;
        for (var power = 23; power >= 3; power -= 2) sum = Math.FusedMultiplyAdd(sum, square, 1.0 / power);
        var tail = Math.FusedMultiplyAdd(2 * s * square, sum, k * Ln2Low);
        return Math.FusedMultiplyAdd(k, Ln2High, (2 * s) + tail);
    }

    /// <summary>xⁿ, n ≥ 0, by squaring: a product of few factors, the same on every machine, where Math.Pow is libm's.</summary>
    public static double Power(double x, long n)
    {
        var power = 1.0;
        for (; n > 0; n >>= 1, x *= x)
        {
            if ((n & 1) == 1) power *= x;
        }

        return power;
    }

    public static double Sin(double x) => Quadrant(x, 0);

    public static double Cos(double x) => Quadrant(x, 1);

    // sin(x + shift · π/2): x = n · π/2 + r, |r| ≤ π/4; good for |x| up to about 10⁸.
    private static double Quadrant(double x, int shift)
    {
        var n = Math.Round(x * (2 / Math.PI));
        var r = Math.FusedMultiplyAdd(-n, HalfPiHigh, x);
        r = Math.FusedMultiplyAdd(-n, HalfPiMiddle, r);
        r = Math.FusedMultiplyAdd(-n, HalfPiLow, r);
        var quadrant = ((long)n + shift) & 3;
        var value = (quadrant & 1) == 0 ? SinSeries(r) : CosSeries(r);
        return quadrant < 2 ? value : -value;
    }

    private static double SinSeries(double r)
    {
        var square = r * r;
        var sum = 0.0;
        for (var k = 17; k >= 3; k -= 2) sum = (1 + sum) * -square / (k * (k - 1));
        return Math.FusedMultiplyAdd(r, sum, r);
    }

    private static double CosSeries(double r)
    {
        var square = r * r;
        var sum = 0.0;
        for (var k = 18; k >= 2; k -= 2) sum = (1 + sum) * -square / (k * (k - 1));
        return 1 + sum;
    }
}
