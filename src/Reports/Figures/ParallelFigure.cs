using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Parallel coordinates: one upright axis for each hyperparameter and one for the loss, one line for each configuration.</summary>
internal static class ParallelFigure
{
    private const int MostAxes = 8;
    private const int MostLines = 300;
    private const int Leading = 50;

    public static Figure? Of(SweepTable table, Best? best)
    {
        var finished = table.Outcomes.Where(outcome => outcome.Finished > 0 && outcome.Validation > 0).OrderBy(outcome => outcome.Validation).ToArray();
        if (best is null || finished.Length == 0)
            return null;
        var axes = Enumerable.Range(0, Math.Min(table.Grid.Axes.Count, MostAxes)).ToArray();
        var logs = finished.Select(outcome => Elementary.Log10(outcome.Validation)).ToArray();
        var drawn = Drawn(finished.Length);
        var marks = new List<Mark>();

        // The best last, so that they lie on top.
        foreach (var i in drawn.Reverse())
        {
            var outcome = finished[i];
            var at = axes.Select(axis => Share(table.Value(axis, outcome.Row).At, table.Grid.Axes[axis].Range)).Append(Share(logs[i], (logs[0], logs[^1]))).ToArray();
            var (weight, opacity) = i == 0 ? (2.0, 1.0) : drawn.Length > 60 ? (0.6, 0.55) : (0.9, 0.8);
            marks.Add(new Line($"{table.Equations(outcome.Row)}: {Pages.Finding.Loss(outcome.Validation)}", Ink.Series(Share(logs[i], (logs[0], logs[^1]))), [.. Enumerable.Range(0, at.Length).Select(n => (double)n)], at, weight, opacity));
        }

        foreach (var axis in axes)
            marks.Add(Upright(table.Grid.Axes[axis], axis));
        var loss = Svg.Ticks.Between(logs[0], logs[^1], 8).Select(tick => new Tick(Share(tick.At, (logs[0], logs[^1])), tick.Text)).ToArray();
        marks.Add(new Upright("validation loss", (Label)"log" + Label.Subscript("10") + " loss", axes.Length, loss));
        return new Figure(
            "parallel-coordinates",
            "Every configuration at a glance",
            drawn.Length == finished.Length
                ? $"{finished.Length} configurations; the thick line is the best"
                : $"{drawn.Length} of {finished.Length:N0} configurations: the best {Leading} and an even sample of the others by rank of loss; the thick line is the best",
            "Follow a line from axis to axis: it is one configuration, ending at its validation loss on the right; light lines end low, dark ones high. "
            + "Where light lines gather on an axis, that hyperparameter matters and its good values are there; where they spread, it hardly does.",
            [new Panel(new Axis(Label.Empty, -0.25, axes.Length + 0.25, []), new Axis(Label.Empty, -0.06, 1.06, []), marks)],
            null,
            [.. Notes(table, axes.Length)]);
    }

    private static int[] Drawn(int count) => count <= MostLines
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, Leading), .. Enumerable.Range(0, MostLines - Leading).Select(i => Leading + (int)((long)i * (count - 1 - Leading) / (MostLines - Leading - 1)))];

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
        var missing = table.Outcomes.Count(outcome => outcome.Finished == 0);
        if (missing > 0)
            yield return $"{missing:N0} of {table.Outcomes.Count:N0} configurations have no finished trial and are missing.";
    }

    private static double Share(double at, (double Low, double High) range) => range.High > range.Low ? (at - range.Low) / (range.High - range.Low) : 0.5;
}
