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

    /// <summary>The objective over epochs for each value of an axis.</summary>
    public static Figure? OfSlice(Slice slice, string suffix, string metric)
    {
        var members = slice.Members.Where(member => member.Result.Metrics.ContainsKey(metric)).ToArray();
        if (members.Length == 0)
            return null;
        var series = members.Select(member => member.Result.Metrics[metric]).ToArray();
        return new Figure(
            "objective" + suffix, $"{Capital(Name(metric))} for each {slice.Axis.Symbol}", slice.Held, "The sweep's objective over epochs. The darker the line, the greater the value.",
            [new Panel(
                LossFigures.EpochAxis([.. series.SelectMany(one => one.Epoch)]), Axis.Around(Name(metric), series.SelectMany(one => one.Value), 0.05),
                [.. members.Select((member, i) => new Line(slice.Axis.Equation(member.Value), member.Ink, series[i].Epoch, series[i].Value))])],
            SliceLegend.Lines(slice, members), slice.Missing);
    }

    /// <summary>What trials are compared by, at their end, against each hyperparameter.</summary>
    public static Figure? Final(SweepTable table)
    {
        var (sign, columns) = (table.Columns.Maximizes ? -1 : 1, table.Columns);
        var rows = table.Finished.Where(row => double.IsFinite(columns.Score[row])).ToArray();
        var axes = table.Grid.Axes.Take(MostPanels).ToArray();
        if (rows.Length == 0 || axes.Length == 0 || columns.Objective is not { } objective)
            return null;
        var shown = rows.Length <= MostDots ? rows : [.. Enumerable.Range(0, MostDots).Select(i => rows[(int)((long)i * (rows.Length - 1) / (MostDots - 1))])];
        var y = Axis.Around(Name(objective), rows.Select(row => sign * columns.Score[row]), 0.05);
        var panels = axes.Select((axis, index) =>
        {
            var medians = rows.GroupBy(row => table.Value(index, row).At).OrderBy(group => group.Key)
                .Select(group => (At: group.Key, Median: Sample.Quantile([.. group.Select(row => sign * columns.Score[row]).Order()], 0.5))).ToArray();
            return new Panel(DivergenceFigure.XAxis(axis, axis.Values.Select(value => value.At), 0.06), y,
            [
                new Dots("Trials", InkRole.Truth, [.. shown.Select(row => table.Value(index, row).At)], [.. shown.Select(row => sign * columns.Score[row])], shown.Length > 300 ? 2 : 3.4),
                new Line($"Median for each {axis.Symbol}", InkRole.Training, [.. medians.Select(one => one.At)], [.. medians.Select(one => one.Median)]),
            ]);
        }).ToArray();
        return new Figure(
            "final-objective", $"Final {Name(objective)} against each hyperparameter",
            $"{rows.Length:N0} finished trials{(shown.Length < rows.Length ? $", {shown.Length:N0} of them drawn" : ", one dot each")}",
            $"What the sweep's trials are compared by; {(columns.Maximizes ? "more" : "less")} is better. The line is the median over all trials with that value, whatever their other hyperparameters.",
            panels, null, rows.Length < columns.Count ? [$"{columns.Count - rows.Length:N0} of {columns.Count:N0} trials did not end with one and are missing."] : [], axes.Length > 1 ? 2 : 1);
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Name(string metric) => Svg.TextWidth.Fit(metric.Replace('_', ' '), 1, 40);
}
