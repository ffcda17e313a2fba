using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>What programs report besides losses: over epochs, along an axis, and at the end against each hyperparameter. Units are the program's own.</summary>
internal static class MetricFigures
{
    private const int MostPanels = 6;
    private const int MostDots = 2000;

    /// <summary>Each metric of one trial over its epochs, a panel each.</summary>
    public static Figure? OfModel(TrialResult result, string who)
    {
        var drawn = result.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Take(MostPanels).ToArray();
        if (drawn.Length == 0)
            return null;
        var panels = drawn.Select(metric => new Panel(
            LossFigures.EpochAxis(metric.Value.Epoch), Axis.Around(Name(metric.Key), metric.Value.Value, 0.05),
            [new Line(metric.Key, InkRole.Validation, metric.Value.Epoch, metric.Value.Value)])).ToArray();
        return new Figure(
            "metrics", "What the program reported", who, "Each metric in the program's own units, over the epochs it was reported with.", panels, null,
            result.Metrics.Count > MostPanels ? [$"The first {MostPanels} of {result.Metrics.Count} metrics are drawn."] : [], drawn.Length > 1 ? 2 : 1);
    }

    /// <summary>What is shown over epochs for each value of an axis.</summary>
    public static Figure? OfSlice(Slice slice, string suffix, Measures measures)
    {
        var measure = measures.Shown;
        var curves = slice.Members.Select(member => (Member: member, Series: measure.Of(member.Result))).Where(one => one.Series is not null)
            .Select(one => (one.Member, Epoch: one.Series!.Epoch, At: Array.ConvertAll(one.Series.Value, measure.At))).ToArray();
        if (curves.Length == 0)
            return null;
        return new Figure(
            "metric-curves" + suffix, $"{measure.Capital} for each {slice.Axis.Symbol}", slice.Held,
            $"{(measure == measures.Objective && !measure.IsDefault ? "The sweep's objective over epochs." : $"{measure.Capital} over epochs.")} The darker the line, the greater the value.",
            [new Panel(
                LossFigures.EpochAxis([.. curves.SelectMany(one => one.Epoch)]), Axis.Around(measure.Axis, curves.SelectMany(one => one.At), 0.05),
                [.. curves.Select(one => new Line(slice.Axis.Equation(one.Member.Value), one.Member.Ink, one.Epoch, one.At))])],
            SliceLegend.Lines(slice, [.. curves.Select(one => one.Member)]), slice.Missing);
    }

    /// <summary>What is shown, at the end of trials, against each hyperparameter.</summary>
    public static Figure? Final(SweepTable table)
    {
        var (measure, columns, rows) = (table.Measures.Shown, table.Columns, table.Shown.ToArray());
        var axes = table.Grid.Axes.Take(MostPanels).ToArray();
        if (rows.Length == 0 || axes.Length == 0)
            return null;
        var shown = Thinned(rows);
        var y = Axis.Around(measure.Axis, rows.Select(columns.At), 0.05);
        var panels = axes.Select((axis, index) =>
        {
            var medians = rows.GroupBy(row => table.Value(index, row).At).OrderBy(group => group.Key)
                .Select(group => (At: group.Key, Median: Sample.Quantile([.. group.Select(columns.At).Order()], 0.5))).ToArray();
            return new Panel(DivergenceFigure.XAxis(axis, axis.Values.Select(value => value.At), 0.06), y,
            [
                new Dots("Trials", InkRole.Truth, [.. shown.Select(row => table.Value(index, row).At)], [.. shown.Select(columns.At)], shown.Length > 300 ? 2 : 3.4),
                new Line($"Median for each {axis.Symbol}", InkRole.Training, [.. medians.Select(one => one.At)], [.. medians.Select(one => one.Median)]),
            ]);
        }).ToArray();
        return new Figure(
            "final-metric", $"Final {measure.Title} against each hyperparameter", Counted(rows.Length, shown.Length),
            (measure == table.Measures.Objective ? $"What the sweep's trials are compared by; {(measure.Maximizes == true ? "more" : "less")} is better. " : "")
            + "The line is the median over all trials with that value, whatever their other hyperparameters.",
            panels, null, Missing(table, rows.Length), axes.Length > 1 ? 2 : 1);
    }

    internal static int[] Thinned(int[] rows) =>
        rows.Length <= MostDots ? rows : [.. Enumerable.Range(0, MostDots).Select(i => rows[(int)((long)i * (rows.Length - 1) / (MostDots - 1))])];

    internal static string Counted(int rows, int shown) => $"{rows:N0} finished trials{(shown < rows ? $", {shown:N0} of them drawn" : ", one dot each")}";

    internal static List<string> Missing(SweepTable table, int rows) =>
        rows == table.Columns.Count ? [] : [$"{table.Columns.Count - rows:N0} of {table.Columns.Count:N0} trials did not end with a finite {table.Measures.Shown.Title} and are missing."];

    private static string Name(string metric) => new Measure(metric, null).Title;
}
