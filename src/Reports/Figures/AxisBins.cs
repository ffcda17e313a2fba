using System.Globalization;
using SweepCluster.Contracts;

namespace SweepCluster.Reports.Figures;

/// <summary>
/// An axis cut into places wide enough to draw: each value its own place while there are few, else bins of neighbouring values.
/// </summary>
/// <param name="Of">For each value of the axis, the place it falls into.</param>
/// <param name="Labels">One for each place.</param>
internal sealed record AxisBins(int[] Of, IReadOnlyList<string> Labels, bool Binned)
{
    public int Count => Labels.Count;

    public static AxisBins For(GridAxis axis, int most)
    {
        var values = axis.Values;
        if (values.Count <= most)
            return new AxisBins([.. Enumerable.Range(0, values.Count)], [.. values.Select(value => value.Label)], false);

        // Numbers fall into bins of equal width along the drawn axis, so that a random search is not bent; words into runs of equal count.
        var (low, high) = axis.Range;
        var of = values.Select((value, i) => axis.Kind == AxisKind.Ranked
            ? i * most / values.Count
            : Math.Clamp((int)((value.At - low) / (high - low) * most), 0, most - 1)).ToArray();
        var used = of.Distinct().Order().ToArray();
        var labels = used.Select(bin => Label(values, of, bin)).ToArray();
        return new AxisBins([.. of.Select(bin => Array.IndexOf(used, bin))], labels, true);
    }

    /// <summary>Ticks at the places, as many as fit.</summary>
    public IReadOnlyList<Tick> Ticks(int most)
    {
        var step = (Count + most - 1) / most;
        return [.. Enumerable.Range(0, Count).Where(i => i % step == 0).Select(i => new Tick(i, Labels[i]))];
    }

    private static string Label(IReadOnlyList<AxisValue> values, int[] of, int bin)
    {
        var (first, last) = (Array.IndexOf(of, bin), Array.LastIndexOf(of, bin));
        return first == last ? values[first].Label : $"{Short(values[first])}…{Short(values[last])}";
    }

    private static string Short(AxisValue value) =>
        double.IsNaN(value.Number) ? value.Label : NumberText.Of(double.Parse(value.Number.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
