using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Final validation loss against each hyperparameter, one panel each.</summary>
internal static class FinalLossFigure
{
    private const int MostPanels = 8;
    private const int MostDots = 2000;
    private const int MostBins = 40;

    public static Figure? Of(SweepTable table, double? noise)
    {
        var rows = table.Finished.Where(row => table.Columns.Validation[row] > 0).ToArray();
        if (rows.Length == 0 || table.Grid.Axes.Count == 0)
            return null;
        var logs = rows.Select(row => Elementary.Log10(table.Columns.Validation[row])).ToArray();
        var axes = table.Grid.Axes.Take(MostPanels).ToArray();
        var dots = rows.Length <= MostDots;
        var y = LossFigures.LossAxis(logs, noise) with { Label = (Label)"log" + Label.Subscript("10") + " validation loss" };
        var panels = axes.Select((axis, i) => Panel(table, axis, i, rows, logs, y, dots, noise)).ToArray();
        var binned = axes.Any(axis => axis.Values.Count > MostBins);
        return new Figure(
            "final-losses",
            "Final validation loss against each hyperparameter",
            $"{rows.Length:N0} finished trials" + (dots ? ", one dot each" : ": bands hold the middle 90 % and the middle half of them") + (binned ? $"; values gathered into at most {MostBins} bins" : ""),
            "The line is the median over all trials with that value, whatever their other hyperparameters. "
            + (axes.Length > 1 ? "Its slope shows what the hyperparameter does on average, the spread around it what the others do." : "The spread around it is between replicates."),
            panels,
            null,
            [.. Notes(table, rows.Length)],
            axes.Length > 1 ? 2 : 1);
    }

    private static Panel Panel(SweepTable table, GridAxis axis, int index, int[] rows, double[] logs, Axis y, bool dots, double? noise)
    {
        var bins = AxisBins.For(axis, MostBins);
        var groups = new List<double>[bins.Count];
        var positions = new double[bins.Count];
        var marks = new List<Mark>();
        foreach (var (i, row) in rows.Index())
        {
            var bin = bins.Of[table.Place(index, row)];
            (groups[bin] ??= []).Add(logs[i]);
            positions[bin] += table.Value(index, row).At;
        }

        var known = Enumerable.Range(0, bins.Count).Where(bin => groups[bin] is not null).ToArray();
        var x = known.Select(bin => positions[bin] / groups[bin].Count).ToArray();
        foreach (var bin in known)
            groups[bin].Sort();
        var name = axis.Symbol.ToString();
        if (!dots)
        {
            marks.Add(Between("the middle 90 % of trials", 0.05, 0.95));
            marks.Add(Between("the middle half of trials", 0.25, 0.75));
        }
        else
        {
            marks.Add(new Dots("Trials", InkRole.Truth, [.. rows.Select(row => table.Value(index, row).At)], logs, rows.Length > 300 ? 2 : 3.4));
        }

        marks.Add(new Line($"Median for each {name}", InkRole.Training, x, [.. known.Select(bin => Sample.Quantile(groups[bin].ToArray(), 0.5))]));
        if (known.Length <= 24)
        {
            foreach (var (i, bin) in known.Index())
            {
                var median = Sample.Quantile(groups[bin].ToArray(), 0.5);
                marks.Add(new Point($"{name} = {bins.Labels[bin]}: median {Pages.Finding.Loss(Elementary.Exp10(median))} of {groups[bin].Count}", InkRole.Training, x[i], median));
            }
        }

        LossFigures.AddNoise(marks, noise);
        return new Panel(XAxis(axis), y, marks);

        Band Between(string what, double low, double high) => new(
            what, InkRole.Training, x,
            [.. known.Select(bin => Sample.Quantile(groups[bin].ToArray(), low))], [.. known.Select(bin => Sample.Quantile(groups[bin].ToArray(), high))]);
    }

    private static Axis XAxis(GridAxis axis) => DivergenceFigure.XAxis(axis, axis.Values.Select(value => value.At), 0.06);

    private static IEnumerable<string> Notes(SweepTable table, int drawn)
    {
        if (drawn < table.Columns.Count)
            yield return $"{table.Columns.Count - drawn:N0} of {table.Columns.Count:N0} trials have no finite validation loss and are missing.";
        if (table.Grid.Axes.Count > MostPanels)
            yield return $"The first {MostPanels} of {table.Grid.Axes.Count} hyperparameters are drawn.";
    }
}
