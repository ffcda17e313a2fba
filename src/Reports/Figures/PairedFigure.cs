using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>How far each configuration is behind the best, compared within replicates.</summary>
internal static class PairedFigure
{
    private const int Most = 24;

    public static Figure? Of(SweepTable table, Best? best)
    {
        if (best is null || best.Replicates < 2)
            return null;
        var (measure, isItsOwn) = (table.Measures.Shown, table.Measures.Shown == table.Measures.Objective);
        var numbers = table.Shown.GroupBy(row => table.Configuration[row])
            .ToDictionary(group => group.Key, group => group.ToDictionary(row => table.Columns.Replicate[row], table.Columns.At));
        if (!numbers.TryGetValue(best.Configuration, out var leader))
            return null;
        var rivals = numbers.Where(pair => pair.Key != best.Configuration)
            .Select(pair => (Configuration: pair.Key, Paired: Replication.Paired(pair.Value, leader)))
            .Where(rival => rival.Paired is { Count: > 1 }).OrderBy(rival => measure.Turn(rival.Paired!.Mean)).ThenBy(rival => rival.Configuration).ToArray();
        if (rivals.Length == 0)
            return null;

        var shown = rivals.Take(Most).ToArray();
        var (marks, places) = (new List<Mark> { new Level("the best", InkRole.Plain, 0) }, new List<double>());
        var alone = table.Grid.Axes.Count == 1 ? table.Grid.Axes[0] : null;
        foreach (var (rank, (configuration, paired)) in shown.Index())
        {
            var row = table.Outcomes[configuration].Row;
            var place = alone is null ? rank + 2 : table.Value(0, row).At;
            var name = table.Equations(row);
            var ink = paired!.IsClear ? InkRole.Model : InkRole.Truth;
            var (mean, low, high) = (Difference(measure, paired.Mean), Difference(measure, paired.Low), Difference(measure, paired.High));
            var distance = measure.IsLoss ? $"{mean} times the best's {(measure.IsDefault ? "loss" : measure.Title)}"
                : $"{Difference(measure, Math.Abs(paired.Mean))} {(paired.Mean < 0 ? "less" : "more")} {measure.Title} than the best";
            var times = $"{distance}, 95 % interval {low} to {high} over {paired.Count} replicates";
            marks.Add(new Whisker($"{name}: {times}", ink, place, paired.Low, paired.High));
            marks.Add(new Point($"{name}: {times}{(paired.IsClear ? "" : "; may be chance")}", ink, place, paired.Mean));
            places.Add(place);
        }

        if (alone is not null)
            places.Add(table.Value(0, best.Row).At);
        marks.Add(new Point($"{table.Equations(best.Row)}: the best", InkRole.Validation, alone is null ? 1 : places[^1], 0));
        var clear = rivals.Count(rival => rival.Paired!.IsClear);
        var heights = shown.SelectMany(rival => (double[])[rival.Paired!.Low, rival.Paired.High, rival.Paired.Mean]).Append(0);
        return new Figure(
            "paired-differences",
            $"How far {(isItsOwn ? "behind" : "from")} {table.TheBest}, replicate by replicate",
            $"{table.TheBest["the ".Length..]}: {table.Equations(best.Row)}" + (rivals.Length > Most ? $"; the {Most} nearest of {rivals.Length:N0} others" : ""),
            $"Each disc is the mean difference of {measure.Scale} to the best configuration, taken within each replicate, its whisker the 95 % interval of that mean (Student's t). "
            + "Configurations of a replicate share seed, initial θ and batches, so that their common luck drops out. "
            + $"Grey ones reach the best's level and cannot be told from it; {(clear == rivals.Length ? "there is none" : $"{rivals.Length - clear:N0} of {rivals.Length:N0}")}."
            + (measure.Maximizes == true ? " Below 0 is worse." : ""),
            [
                new Panel(
                    alone is null ? Axis.Around("Rank of the configuration", places.Append(1), 0.05) : DivergenceFigure.XAxis(alone, places),
                    Axis.Around(measure.IsLoss ? (Label)"difference of log" + Label.Subscript("10") + $" {measure.Title}" : $"difference of {measure.Title}", heights, 0.08), marks),
            ],
            new Legend(Label.Empty, [new(Swatch.Dot, InkRole.Validation, "the best"), new(Swatch.Dot, InkRole.Model, isItsOwn ? "worse" : "different"), new(Swatch.Dot, InkRole.Truth, "may be chance")]));
    }

    private static string Difference(Measure measure, double at) => measure.IsLoss
        ? Elementary.Exp10(at).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture)
        : Pages.Finding.Loss(at);
}
