namespace SweepCluster.Reports.Figures;

/// <summary>Parallel coordinates: one upright axis for each hyperparameter and one for what is shown, one line for each configuration.</summary>
internal static class ParallelFigure
{
    private const int MostAxes = 8;
    private const int MostLines = 300;
    private const int Leading = 50;

    public static Figure? Of(SweepTable table, Best? best)
    {
        var measure = table.Measures.Shown;
        var finished = table.Outcomes.Where(outcome => double.IsFinite(measure.At(outcome.Value))).OrderBy(outcome => measure.Turn(outcome.Value)).ToArray();
        if (best is null || finished.Length == 0)
            return null;
        var leader = table.Outcomes[best.Configuration].Row;
        var axes = Enumerable.Range(0, Math.Min(table.Grid.Axes.Count, MostAxes)).ToArray();
        var places = finished.Select(outcome => measure.At(outcome.Value)).ToArray();
        var range = (Low: places.Min(), High: places.Max());
        var first = Array.FindIndex(finished, outcome => outcome.Row == leader);
        var drawn = Drawn(finished.Length, first);
        var marks = new List<Mark>();

        // The best last, so that they lie on top.
        foreach (var i in drawn.Reverse().OrderBy(i => i == first))
        {
            var outcome = finished[i];
            var height = Share(places[i], range);
            var at = axes.Select(axis => Share(table.Value(axis, outcome.Row).At, table.Grid.Axes[axis].Range)).Append(height).ToArray();
            var (weight, opacity) = i == first ? (2.0, 1.0) : drawn.Length > 60 ? (0.6, 0.55) : (0.9, 0.8);
            marks.Add(new Line($"{table.Equations(outcome.Row)}: {Pages.Finding.Loss(outcome.Value)}", Ink.Series(measure.Maximizes == true ? 1 - height : height), [.. Enumerable.Range(0, at.Length).Select(n => (double)n)], at, weight, opacity));
        }

        foreach (var axis in axes)
            marks.Add(Upright(table.Grid.Axes[axis], axis));
        var ticks = Svg.Ticks.Between(range.Low, range.High, 8).Select(tick => new Tick(Share(tick.At, range), tick.Text)).ToArray();
        marks.Add(new Upright(measure.Title, measure.IsDefault ? (Label)"log" + Label.Subscript("10") + " loss" : measure.Axis, axes.Length, ticks));
        return new Figure(
            "parallel-coordinates",
            "Every configuration at a glance",
            drawn.Length == finished.Length
                ? $"{finished.Length} configurations; the thick line is {table.TheBest}"
                : $"{drawn.Length} of {finished.Length:N0} configurations: the {(measure.Maximizes is null ? "lowest" : "best")} {Leading} and an even sample of the others by rank of {(measure.IsDefault ? "loss" : measure.Title)}; the thick line is {table.TheBest}",
            $"Follow a line from axis to axis: it is one configuration, ending at its {measure.Title} on the right; light lines end {(measure.Maximizes == true ? "high, dark ones low" : "low, dark ones high")}. "
            + "Where light lines gather on an axis, that hyperparameter matters and its good values are there; where they spread, it hardly does.",
            [new Panel(new Axis(Label.Empty, -0.25, axes.Length + 0.25, []), new Axis(Label.Empty, -0.06, 1.06, []), marks)],
            null,
            [.. Notes(table, axes.Length)]);
    }

    private static int[] Drawn(int count, int best) => count <= MostLines
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, Leading).Concat(Enumerable.Range(0, MostLines - Leading).Select(i => Leading + (int)((long)i * (count - 1 - Leading) / (MostLines - Leading - 1)))).Append(Math.Max(best, 0)).Distinct().Order()];

    private static Upright Upright(GridAxis axis, int at)
    {
        var range = axis.Range;
        var ticks = axis.Values.Count <= 10
            ? axis.Values.Select(value => new Tick(Share(value.At, range), value.Label))
            : axis.Kind == AxisKind.Ranked
                ? axis.Values.Where((_, i) => i % ((axis.Values.Count / 8) + 1) == 0).Select(value => new Tick(Share(value.At, range), value.Label))
                : Svg.Ticks.Between(range.Low, range.High, 8).Select(tick => new Tick(Share(tick.At, range), axis.Kind == AxisKind.Logarithmic ? Power(tick.Text) : tick.Text));
        return new Upright(axis.Symbol.ToString(), axis.Symbol, at, [.. ticks]);
    }

    private static string Power(string exponent) => exponent.Contains('.', StringComparison.Ordinal) ? "" : "1e" + exponent;

    private static IEnumerable<string> Notes(SweepTable table, int axes)
    {
        if (axes < table.Grid.Axes.Count)
            yield return $"The first {axes} of {table.Grid.Axes.Count} hyperparameters are drawn.";
        var missing = table.Outcomes.Count(outcome => outcome.Shown == 0);
        if (missing > 0)
            yield return $"{missing:N0} of {table.Outcomes.Count:N0} configurations have no finished trial and are missing.";
    }

    private static double Share(double at, (double Low, double High) range) => range.High > range.Low ? (at - range.Low) / (range.High - range.Low) : 0.5;
}
