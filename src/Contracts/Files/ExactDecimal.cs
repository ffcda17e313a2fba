using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SweepCluster.Contracts.Files;

/// <summary>
/// A number as it is written, mantissa · 10^exponent, so that a grid steps through 0.1, 0.2, 0.3 and not through
/// 0.30000000000000004: sums and products are exact, and each result is rounded to a double once, at the end.
/// </summary>
internal readonly partial record struct ExactDecimal(BigInteger Mantissa, int Exponent)
{
    // Longer spellings carry no information that a double could keep, and big powers of ten cost time.
    private const int MaxLength = 64;
    private const int MaxExponent = 400;

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,6})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Spelling { get; }

    public static bool TryParse(string text, out ExactDecimal number)
    {
        number = default;
        if (text.Length > MaxLength || !Spelling.IsMatch(text))
            return false;
        var e = text.AsSpan().IndexOfAny('e', 'E');
        var digits = e < 0 ? text : text[..e];
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }
        var mantissa = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (mantissa.IsZero)
            exponent = 0;
        if (Math.Abs(exponent) > MaxExponent)
            return false;
        number = new ExactDecimal(mantissa, exponent);
        return double.IsFinite(number.ToDouble()) && (mantissa.IsZero || number.ToDouble() != 0);
    }

    public static ExactDecimal operator +(ExactDecimal a, ExactDecimal b)
    {
        var exponent = Math.Min(a.Exponent, b.Exponent);
        return new ExactDecimal(a.MantissaAt(exponent) + b.MantissaAt(exponent), exponent);
    }

    public static ExactDecimal operator -(ExactDecimal a, ExactDecimal b) => a + (b * -1);

    public static ExactDecimal operator *(ExactDecimal a, BigInteger factor) => new(a.Mantissa * factor, a.Exponent);

    public int Sign => Mantissa.Sign;

    /// <summary>⌊this ÷ divisor⌋ for arguments of the same sign.</summary>
    public BigInteger WholeTimes(ExactDecimal divisor)
    {
        var exponent = Math.Min(Exponent, divisor.Exponent);
        return MantissaAt(exponent) / divisor.MantissaAt(exponent);
    }

    /// <summary>This ÷ divisor, rounded at the thirtieth digit: far below what a double keeps.</summary>
    public ExactDecimal DividedBy(long divisor)
    {
        if (Mantissa % divisor == 0)
            return this with { Mantissa = Mantissa / divisor };
        var shift = Math.Max(0, 30 + divisor.ToString(CultureInfo.InvariantCulture).Length - BigInteger.Abs(Mantissa).ToString(CultureInfo.InvariantCulture).Length);
        return new ExactDecimal(Mantissa * BigInteger.Pow(10, shift) / divisor, Exponent - shift);
    }

    public double ToDouble() => double.Parse($"{Mantissa}e{Exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The power of ten with this exponent; exact for whole exponents.</summary>
    public double PowerOfTen()
    {
        var exponent = ToDouble();
        return exponent == Math.Floor(exponent) && Math.Abs(exponent) < 400
            ? double.Parse($"1e{(int)exponent}", NumberStyles.Float, CultureInfo.InvariantCulture)
            : Math.Pow(10, exponent);
    }

    private BigInteger MantissaAt(int exponent) => Mantissa * BigInteger.Pow(10, Exponent - exponent);
}
