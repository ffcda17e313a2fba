using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Comparison;

/// <summary>Sweeps in one picture: the best of each over epochs, and how the results of each spread.</summary>
internal static class ComparisonFigures
{
    public static IReadOnlyList<Figure> Of(IReadOnlyList<ComparedSweep> sweeps) => [.. new[] { Losses(sweeps), Spread(sweeps) }.OfType<Figure>()];

    private static Figure? Losses(IReadOnlyList<ComparedSweep> sweeps)
    {
        var marks = new List<Mark>();
        var entries = new List<LegendEntry>();
        var measure = sweeps[0].Results.Table.Measures.Shown;
        foreach (var (i, one) in sweeps.Index())
        {
            if (one.Results.BestResult is not { } best || measure.Of(best) is not { } series)
                continue;
            marks.Add(new Line(Name(one, i), Ink(i, sweeps.Count), series.Epoch, Array.ConvertAll(series.Value, measure.At)));
            entries.Add(new LegendEntry(Swatch.Line, Ink(i, sweeps.Count), Name(one, i)));
        }

        if (marks.Count == 0)
            return null;
        var lines = marks.OfType<Line>().ToArray();
        return new Figure(
            "comparison-losses",
            "The best of each sweep over epochs",
            $"{measure.Capital} of {(sweeps.Any(one => one.Results.Table.Measures.Objective != measure) ? "each sweep's best configuration" : measure.IsDefault ? "the configuration that ends lowest" : "the best configuration")}",
            (measure.IsLoss ? "A step of one on the upright axis is a factor of ten. " : "") + "Compare where lines end, and how restless they are there: a lead smaller than a line's own jumps may be chance.",
            [new Panel(Axis.Around("Epoch", lines.SelectMany(line => line.X).Append(0), 0.025), Axis.Around(measure.Axis, lines.SelectMany(line => line.Y), 0.05), marks)],
            new Legend(Label.Empty, entries),
            Missing(sweeps));
    }

    private static Figure? Spread(IReadOnlyList<ComparedSweep> sweeps)
    {
        var marks = new List<Mark>();
        var measure = sweeps[0].Results.Table.Measures.Shown;
        foreach (var (i, one) in sweeps.Index())
        {
            var places = one.Results.Table.Shown.Select(one.Results.Table.Columns.At).Order().ToArray();
            if (places.Length == 0)
                continue;
            var ink = Ink(i, sweeps.Count);
            if (places.Length > 1)
                marks.Add(new Whisker($"{Name(one, i)}: the middle 90 % of {places.Length:N0} trials", ink, i, At(places, 0.05), At(places, 0.95)));
            marks.Add(new Point($"{Name(one, i)}: best trial", ink, i, measure.Maximizes == true ? places[^1] : places[0]));
            if (places.Length > 2)
                marks.Add(new Point($"{Name(one, i)}: median trial", ink, i, At(places, 0.5)));
        }

        if (marks.Count == 0)
            return null;
        var ticks = sweeps.Select((one, i) => new Tick(i, Svg.TextWidth.Fit(Name(one, i), 12, Math.Max(40, 600.0 / sweeps.Count)))).ToArray();
        var heights = marks.SelectMany(mark => mark switch { Point point => [point.Y], Whisker whisker => (double[])[whisker.Low, whisker.High], _ => [] });
        return new Figure(
            "comparison-spread",
            "How the results of each sweep spread",
            $"Final {measure.Title}: the best trial, the median, and the middle 90 %",
            measure.Maximizes == true
                ? "A disc far above its interval is a lucky configuration; a whole interval higher than another's is a better space to search."
                : "A low disc far below its interval is a lucky configuration; a whole interval lower than another's is a better space to search.",
            [new Panel(new Axis("Sweep", -0.5, sweeps.Count - 0.5, ticks), Axis.Around(measure.Axis, heights, 0.08), marks)],
            null,
            Missing(sweeps));
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];

    private static Ink Ink(int i, int count) => Figures.Ink.Series(count < 2 ? 0.5 : (double)i / (count - 1));

    private static string Name(ComparedSweep one, int i) => $"{i + 1}. {Svg.TextWidth.Fit(one.Sweep.Name, 1, 18)}";

    private static List<string> Missing(IReadOnlyList<ComparedSweep> sweeps) =>
        [.. sweeps.Index().Where(pair => pair.Item.Results.Best is null).Select(pair => $"{Name(pair.Item, pair.Index)} has no finished trial with what it is compared by.")];
}
