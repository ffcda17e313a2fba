using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>What trials end with, whatever their hyperparameters: how it is distributed, and how it goes with their other numbers.</summary>
internal static class MeasureFigures
{
    private const int MostBars = 24;
    private const int CurvePoints = 200;

    /// <summary>A histogram over trials, under it the same as a smooth density.</summary>
    public static Figure? Distribution(SweepTable table, Best? best)
    {
        var (measure, rows) = (table.Measures.Shown, table.Shown.ToArray());
        var at = rows.Select(table.Columns.At).Order().ToArray();
        if (at.Length < 3 || !(at[^1] > at[0]))
            return null;
        var bars = Math.Clamp((int)Math.Ceiling(2 * Math.Sqrt(at.Length)), 4, MostBars);
        var width = (at[^1] - at[0]) / bars;
        var counts = new int[bars];
        foreach (var place in at)
            counts[Math.Clamp((int)((place - at[0]) / width), 0, bars - 1)]++;
        var marks = new List<Mark>();
        foreach (var (i, count) in counts.Index().Where(bar => bar.Item > 0))
        {
            var (low, high) = (at[0] + (i * width), at[0] + ((i + 1) * width));
            marks.Add(new Tile(
                $"{Pages.Finding.Loss(measure.Back(low))} to {Pages.Finding.Loss(measure.Back(high))}: {count:N0} {(count == 1 ? "trial" : "trials")}", InkRole.Truth, (low + high) / 2, count / 2.0, width, count, count));
        }

        // As high as the bars would be: trials for each width of a bar.
        var smooth = Bandwidth.Silverman.For(Array.ConvertAll(at, place => (float)place));
        var (from, to) = (at[0] - (2 * smooth), at[^1] + (2 * smooth));
        var density = KernelDensity.Estimate(Array.ConvertAll(at, place => (float)place), smooth, new DensityGrid(from, to, CurvePoints));
        var curve = Array.ConvertAll(density.P, p => p * at.Length * width * (CurvePoints - 1) / (to - from));
        marks.Add(new Line("Density of trials", InkRole.Training, density.Grid, curve));
        var entries = new List<LegendEntry> { new(Swatch.Block, InkRole.Truth, "Trials"), new(Swatch.Line, InkRole.Training, "Density") };
        if (best is not null && measure.At(table.Outcomes[best.Configuration].Value) is var bestAt && double.IsFinite(bestAt))
        {
            marks.Add(new Point($"{table.TheBest}: {Pages.Finding.Loss(table.Outcomes[best.Configuration].Value)}", InkRole.Validation, bestAt, 0));
            entries.Add(new LegendEntry(Swatch.Dot, InkRole.Validation, table.TheBest));
        }

        return new Figure(
            "metric-distribution", $"How {measure.Title} is distributed over trials", $"{at.Length:N0} finished trials in {bars} bars",
            "Bars count trials; the line is their density by Gaussian kernels as wide as Silverman's rule makes them. One narrow hump says that the hyperparameters tried hardly matter; "
            + "two say that something splits the trials into those that work and those that do not.",
            [new Panel(new Axis(measure.Axis, from, to), Axis.Around("Trials", curve.Concat(counts.Select(count => (double)count)).Append(0), 0.05), marks)],
            new Legend(Label.Empty, entries), MetricFigures.Missing(table, rows.Length));
    }

    /// <summary>What is shown against the losses, and against the objective where that is another number: a panel each.</summary>
    public static Figure? Scatter(SweepTable table, Best? best)
    {
        var (measure, columns, rows) = (table.Measures.Shown, table.Columns, table.Shown.ToArray());
        if (rows.Length < 2)
            return null;
        var objective = table.Measures.Objective;
        var others = ((Measure Measure, IReadOnlyList<double> Values)[])
            [(objective, [.. columns.Score.Select(objective.Turn)]), (Measure.Validation, columns.Validation), (Measure.Training, columns.Training)];
        var panels = others.DistinctBy(other => other.Measure.Name).Where(other => other.Measure.Name != measure.Name)
            .Select(other => Panel(table, best, rows, other.Measure, other.Values)).OfType<Panel>().ToArray();
        return panels.Length == 0 ? null : new Figure(
            "metric-scatter", $"{measure.Capital} against the other numbers of each trial", MetricFigures.Counted(rows.Length, Math.Min(rows.Length, MetricFigures.Thinned(rows).Length)),
            $"One dot for each trial; the frame marks {table.TheBest}. Where dots do not fall along a line, the best by the one number is not the best by the other: choose by the one that matters.",
            panels, null, MetricFigures.Missing(table, rows.Length), panels.Length > 1 ? 2 : 1);
    }

    private static Panel? Panel(SweepTable table, Best? best, int[] rows, Measure other, IReadOnlyList<double> values)
    {
        var columns = table.Columns;
        var both = rows.Where(row => double.IsFinite(other.At(values[row]))).ToArray();
        if (both.Length < 2)
            return null;
        var drawn = MetricFigures.Thinned(both);
        var (x, y) = (Axis.Around(other.Axis, both.Select(row => other.At(values[row])), 0.06), Axis.Around(table.Measures.Shown.Axis, both.Select(columns.At), 0.06));
        var marks = new List<Mark> { new Dots("Trials", InkRole.Truth, [.. drawn.Select(row => other.At(values[row]))], [.. drawn.Select(columns.At)], drawn.Length > 300 ? 2 : 3.4) };
        if (best is not null && both.Contains(best.Row))
            marks.Add(new Highlight("best", other.At(values[best.Row]), columns.At(best.Row), (x.High - x.Low) * 0.05, (y.High - y.Low) * 0.07));
        return new Panel(x, y, marks);
    }
}
