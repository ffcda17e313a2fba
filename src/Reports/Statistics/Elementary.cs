using System.Numerics;
using System.Runtime.CompilerServices;

namespace SweepCluster.Reports.Statistics;

/// <summary>
/// exp and log from additions, multiplications and bit patterns only: a figure's bytes may not depend on the machine's libm.
/// Nothing is contracted to fused multiply-adds, so every vector width gives the bits of the scalar form.
/// </summary>
internal static class Elementary
{
    private const double InverseLn2 = 1.4426950408889634;

    // Cody–Waite: ln 2 = High + Low with 42 bits in High, so that k·High is exact for |k| < 2^11.
    private const double Ln2High = 0.6931471805598903;
    private const double Ln2Low = 5.497923018708371e-14;

    // Adding 1.5·2^52 rounds to an integer (half to even) and leaves that integer in the low bits.
    private const double Rounder = 6755399441055744.0;
    private const double Underflow = -746.0;

    // 2^(k+200) stays normal for every k here; the last product by 2^-200 is then the only rounding into the subnormals.
    private const int Headroom = 200;
    private const double Unscale = 6.223015277861142e-61;

    /// <summary>e^x for x ≤ 0, within 1 unit in the last place or so; exactly 0 where the true value leaves the subnormals.</summary>
    public static double Exp(double x)
    {
        x = Math.Max(x, Underflow);
        var shifted = (x * InverseLn2) + Rounder;
        var k = shifted - Rounder;
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var exponent = BitConverter.DoubleToInt64Bits(shifted) - BitConverter.DoubleToInt64Bits(Rounder) + Headroom + 1023;
        return Polynomial(r) * BitConverter.Int64BitsToDouble(exponent << 52) * Unscale;
    }

    /// <summary>The same operations in the same order on every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Exp(Vector<double> x)
    {
        x = Vector.Max(x, new Vector<double>(Underflow));
        var shifted = (x * new Vector<double>(InverseLn2)) + new Vector<double>(Rounder);
        var k = shifted - new Vector<double>(Rounder);
        var r = x - (k * new Vector<double>(Ln2High)) - (k * new Vector<double>(Ln2Low));
        var exponent = Vector.AsVectorInt64(shifted)
            + new Vector<long>(Headroom + 1023 - BitConverter.DoubleToInt64Bits(Rounder));
        return Polynomial(r) * Vector.AsVectorDouble(Vector.ShiftLeft(exponent, 52)) * new Vector<double>(Unscale);
    }

    /// <summary>Natural logarithm of x > 0, within 2 units in the last place or so; −∞ at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (x <= 0 || !double.IsFinite(x))
            return x == 0 ? double.NegativeInfinity : x > 0 ? double.PositiveInfinity : double.NaN;
        var k = 0;
        if (!double.IsNormal(x))
        {
            x *= 18014398509481984.0;   // 2^54
            k = -54;
        }

        var bits = BitConverter.DoubleToInt64Bits(x);
        k += (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            k++;
        }

        // ln m = 2 artanh s, s = (m − 1)/(m + 1), |s| < 0.172: the series' 12th term is below 2^-57 of its first.
        var s = (m - 1) / (m + 1);
        var s2 = s * s;
        var sum = 0.0;
        for (var term = 25; term >= 3; term -= 2)
            sum = (sum + (1.0 / term)) * s2;
        return (k * Ln2High) + ((2 * s) + ((2 * s * sum) + (k * Ln2Low)));
    }

    /// <summary>10^x, within a few units in the last place.</summary>
    public static double Exp10(double x) => x > 0 ? 1 / Exp(x * -2.302585092994046) : Exp(x * 2.302585092994046);

    public static double Log10(double x) => Log(x) * 0.4342944819032518;

    // Taylor's polynomial of degree 13 on |r| ≤ ln(2)/2: remainder below 4e-18.
    private static double Polynomial(double r)
    {
        var p = 1.6059043836821613e-10;
        p = (p * r) + 2.08767569878681e-09;
        p = (p * r) + 2.505210838544172e-08;
        p = (p * r) + 2.755731922398589e-07;
        p = (p * r) + 2.7557319223985893e-06;
        p = (p * r) + 2.48015873015873e-05;
        p = (p * r) + 0.0001984126984126984;
        p = (p * r) + 0.001388888888888889;
        p = (p * r) + 0.008333333333333333;
        p = (p * r) + 0.041666666666666664;
        p = (p * r) + 0.16666666666666666;
        p = (p * r) + 0.5;
        p = (p * r) + 1.0;
        return (p * r) + 1.0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Polynomial(Vector<double> r)
    {
        var p = new Vector<double>(1.6059043836821613e-10);
        p = (p * r) + new Vector<double>(2.08767569878681e-09);
        p = (p * r) + new Vector<double>(2.505210838544172e-08);
        p = (p * r) + new Vector<double>(2.755731922398589e-07);
        p = (p * r) + new Vector<double>(2.7557319223985893e-06);
        p = (p * r) + new Vector<double>(2.48015873015873e-05);
        p = (p * r) + new Vector<double>(0.0001984126984126984);
        p = (p * r) + new Vector<double>(0.001388888888888889);
        p = (p * r) + new Vector<double>(0.008333333333333333);
        p = (p * r) + new Vector<double>(0.041666666666666664);
        p = (p * r) + new Vector<double>(0.16666666666666666);
        p = (p * r) + new Vector<double>(0.5);
        p = (p * r) + Vector<double>.One;
        return (p * r) + Vector<double>.One;
    }
}
