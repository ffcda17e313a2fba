using System.Globalization;
using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
internal static class Ticks
{
    private static readonly double[] Multiples = [1, 2, 5, 10];

    /// <param name="most">At most so many ticks, at least 2.</param>
    public static IReadOnlyList<Tick> Between(double low, double high, int most)
    {
        if (!(high > low) || !double.IsFinite(high - low))
            return [];
        var rough = (high - low) / Math.Max(most, 2);
        var exponent = (int)Math.Floor(Statistics.Elementary.Log10(rough));
        var (multiple, power) = (0.0, exponent);
        foreach (var candidate in Multiples)
        {
            multiple = candidate;
            if (candidate * PowerOfTen(exponent) >= rough)
                break;
        }

        if (multiple == 10)
            (multiple, power) = (1, exponent + 1);
        var decimals = Math.Max(0, -power);
        var step = multiple * PowerOfTen(power);
        var ticks = new List<Tick>();

        // Each tick is parsed from its own text, so that 0.3 is 0.3 and not three times 0.1.
        for (var i = (long)Math.Ceiling(low / step); i * step <= high && ticks.Count <= most + 1; i++)
        {
            var text = Text(i * step, decimals);
            ticks.Add(new Tick(double.Parse(text.Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture), text));
        }

        return ticks;
    }

    private static string Text(double value, int decimals)
    {
        var text = Math.Abs(value) is >= 1e6 or (> 0 and < 1e-5) || decimals > 6
            ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
            : value.ToString("F" + decimals, CultureInfo.InvariantCulture);
        return text.TrimStart('-').Trim('0', '.').Length == 0 ? text.TrimStart('-') : text.Replace('-', '−');
    }

    // Parsed, not computed: pow is libm's.
    private static double PowerOfTen(int exponent) =>
        double.Parse("1e" + exponent.ToString(CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}
