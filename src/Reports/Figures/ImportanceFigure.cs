using System.Globalization;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>How much of the variance of what trials end with each hyperparameter explains.</summary>
internal static class ImportanceFigure
{
    // Values of a random search are all different, and would explain everything one by one.
    private const int MostGroups = 12;

    public static Figure? Of(SweepTable table)
    {
        if (Shares(table) is not { } shares)
            return null;
        var rows = table.Grid.Axes.Select((axis, i) => (Name: axis.Symbol.ToString(), Share: shares.Main[i])).OrderByDescending(row => row.Share).ToList();
        if (table.Grid.Axes.Count > 1)
            rows.Add(("several together", shares.Interaction));
        if (table.Columns.Replicates > 1)
            rows.Add(("chance", shares.Chance));
        var marks = new List<Mark>();
        foreach (var (i, (name, share)) in rows.Index())
        {
            var y = rows.Count - 1 - i;
            marks.Add(new Bar($"{name}: {Percent(share)}", i < table.Grid.Axes.Count ? InkRole.Training : InkRole.Plain, share, y, 0.56));
            marks.Add(new Remark(Percent(share), share, y, "start"));
        }

        var binned = table.Grid.Axes.Any(axis => axis.Values.Count > MostGroups);
        return new Figure(
            "importance",
            $"What {(table.Measures.Shown.IsDefault ? "the loss" : table.Measures.Shown.Title)} depends on",
            $"Share of the variance of {table.Measures.Shown.Scale} over {table.Shown.Count():N0} trials" + (binned ? $"; long axes gathered into {MostGroups} bins" : ""),
            "Main effects of an analysis of variance on the grid: how much of the difference between trials is explained by one hyperparameter alone, "
            + "averaged over all others. “Several together” is what only combinations explain"
            + (table.Columns.Replicates > 1 ? "; “chance” is the difference between replicates of one configuration." : ".")
            + " It speaks of the values tried: a wider range of a hyperparameter makes it more important.",
            [new Panel(
                new Axis("Share of variance", 0, Math.Min(1.12, (rows.Max(row => row.Share) * 1.2) + 0.02), Percentages),
                new Axis(Label.Empty, -0.6, rows.Count - 0.4, [.. rows.Select((row, i) => new Tick(rows.Count - 1 - i, row.Name))]),
                marks, null, Math.Clamp(rows.Count * 0.13, 0.35, 1.2))],
            null,
            Missing(table));
    }

    private static readonly Tick[] Percentages = [.. Enumerable.Range(0, 11).Select(i => new Tick(i / 10.0, $"{i * 10} %"))];

    /// <summary>Shares in the order of the axes; null when nothing varies.</summary>
    internal static VarianceShares? Shares(SweepTable table)
    {
        var rows = table.Shown.ToArray();
        var bins = table.Grid.Axes.Select(axis => AxisBins.For(axis, MostGroups)).ToArray();
        return rows.Length < 2 ? null : VarianceShares.Of(
            [.. rows.Select(table.Columns.At)],
            [.. bins.Select((bin, axis) => rows.Select(row => bin.Of[table.Place(axis, row)]).ToArray())],
            [.. rows.Select(row => table.Configuration[row])]);
    }

    private static List<string> Missing(SweepTable table)
    {
        var missing = table.Columns.Count - table.Shown.Count();
        return missing == 0 ? [] : [$"{missing:N0} of {table.Columns.Count:N0} trials have no finite {table.Measures.Shown.Title} and are left out: on an incomplete grid the shares overlap."];
    }

    private static string Percent(double share) => (share * 100).ToString(share is > 0.0005 and < 0.0995 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";
}
