using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Comparison;

/// <summary>Sweeps in one picture: the best of each over epochs, and how the results of each spread.</summary>
internal static class ComparisonFigures
{
    private static readonly Label Loss = (Label)"log" + Label.Subscript("10") + " validation loss";

    public static IReadOnlyList<Figure> Of(IReadOnlyList<ComparedSweep> sweeps) => [.. new[] { Losses(sweeps), Spread(sweeps) }.OfType<Figure>()];

    private static Figure? Losses(IReadOnlyList<ComparedSweep> sweeps)
    {
        var marks = new List<Mark>();
        var entries = new List<LegendEntry>();
        foreach (var (i, one) in sweeps.Index())
        {
            if (one.Results.BestResult is not { Losses.Epoch.Length: > 0 } best)
                continue;
            marks.Add(new Line(Name(one, i), Ink(i, sweeps.Count), Array.ConvertAll(best.Losses.Epoch, epoch => (double)epoch), LossFigures.Logarithms(best.Losses.Validation)));
            entries.Add(new LegendEntry(Swatch.Line, Ink(i, sweeps.Count), Name(one, i)));
        }

        if (marks.Count == 0)
            return null;
        var lines = marks.OfType<Line>().ToArray();
        return new Figure(
            "comparison-losses",
            "The best of each sweep over epochs",
            "Validation loss of the configuration that ends lowest",
            "A step of one on the upright axis is a factor of ten. Compare where lines end, and how restless they are there: a lead smaller than a line's own jumps may be chance.",
            [new Panel(Axis.Around("Epoch", lines.SelectMany(line => line.X).Append(0), 0.025), Axis.Around(Loss, lines.SelectMany(line => line.Y), 0.05), marks)],
            new Legend(Label.Empty, entries),
            Missing(sweeps));
    }

    private static Figure? Spread(IReadOnlyList<ComparedSweep> sweeps)
    {
        var marks = new List<Mark>();
        foreach (var (i, one) in sweeps.Index())
        {
            var columns = one.Results.Table.Columns;
            var losses = one.Results.Table.Finished.Select(row => columns.Validation[row]).Where(loss => loss > 0).Select(Elementary.Log10).Order().ToArray();
            if (losses.Length == 0)
                continue;
            var ink = Ink(i, sweeps.Count);
            if (losses.Length > 1)
                marks.Add(new Whisker($"{Name(one, i)}: the middle 90 % of {losses.Length:N0} trials", ink, i, At(losses, 0.05), At(losses, 0.95)));
            marks.Add(new Point($"{Name(one, i)}: best trial", ink, i, losses[0]));
            if (losses.Length > 2)
                marks.Add(new Point($"{Name(one, i)}: median trial", ink, i, At(losses, 0.5)));
        }

        if (marks.Count == 0)
            return null;
        var ticks = sweeps.Select((one, i) => new Tick(i, Svg.TextWidth.Fit(Name(one, i), 12, Math.Max(40, 600.0 / sweeps.Count)))).ToArray();
        var heights = marks.SelectMany(mark => mark switch { Point point => [point.Y], Whisker whisker => (double[])[whisker.Low, whisker.High], _ => [] });
        return new Figure(
            "comparison-spread",
            "How the results of each sweep spread",
            "Final validation loss: the best trial, the median, and the middle 90 %",
            "A low disc far below its interval is a lucky configuration; a whole interval lower than another's is a better space to search.",
            [new Panel(new Axis("Sweep", -0.5, sweeps.Count - 0.5, ticks), Axis.Around(Loss, heights, 0.08), marks)],
            null,
            Missing(sweeps));
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];

    private static Ink Ink(int i, int count) => Figures.Ink.Series(count < 2 ? 0.5 : (double)i / (count - 1));

    private static string Name(ComparedSweep one, int i) => $"{i + 1}. {Svg.TextWidth.Fit(one.Sweep.Name, 1, 18)}";

    private static List<string> Missing(IReadOnlyList<ComparedSweep> sweeps) =>
        [.. sweeps.Index().Where(pair => pair.Item.Results.Best is null).Select(pair => $"{Name(pair.Item, pair.Index)} has no finished trial with a validation loss.")];
}
