using System.Globalization;
using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
internal static class Ticks
{
    private static readonly int[] Multiples = [1, 2, 5];

    /// <param name="most">At most so many, as long as that leaves two.</param>
    public static IReadOnlyList<Tick> Between(double low, double high, int most)
    {
        if (!(high > low) || !double.IsFinite(high - low))
            return [];

        // The step that gives at most so many, found from above; then finer ones until there are two.
        var exponent = (int)Math.Floor(Statistics.Elementary.Log10((high - low) / Math.Max(most, 2)));
        var rank = (exponent * 3) + 3;
        while (Step(rank - 1) * Math.Max(most, 2) >= high - low)
            rank--;
        var ticks = At(rank, low, high);
        while (ticks.Count < 2 && rank > -900)
            ticks = At(--rank, low, high);
        return ticks;
    }

    private static List<Tick> At(int rank, double low, double high)
    {
        var (step, power) = (Step(rank), Power(rank));
        var ticks = new List<Tick>();

        // Each tick is parsed from its own text, so that 0.3 is 0.3 and not three times 0.1.
        for (var i = Math.Ceiling(low / step); i * step <= high && ticks.Count < 100; i++)
        {
            var text = Text(i * step, power);
            ticks.Add(new Tick(double.Parse(text.Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture), text));
        }

        return ticks;
    }

    private static string Text(double value, int power)
    {
        var size = Math.Abs(value);
        if (size < 1e-300 || size < Step(power * 3) / 2)
            return power is < 0 and >= -6 ? "0." + new string('0', -power) : "0";
        var text = size >= 1e6 || power < -6
            ? value.ToString("0." + new string('#', Math.Clamp((int)Math.Floor(Statistics.Elementary.Log10(size) + 1e-9) - power, 0, 15)) + "e0", CultureInfo.InvariantCulture)
            : value.ToString("F" + Math.Max(0, -power), CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    // Steps in order: ..., 0.5, 1, 2, 5, 10, ...; rank 0 is 1.
    private static double Step(int rank) =>
        double.Parse($"{Multiples[rank - (Power(rank) * 3)]}e{Power(rank)}", NumberStyles.Float, CultureInfo.InvariantCulture);

    private static int Power(int rank) => (int)Math.Floor(rank / 3.0);
}
