using System.Globalization;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>Every configuration over its replicates: mean, standard deviation, 95 % interval, and the paired difference to the best.</summary>
internal static class ConfigurationsTable
{
    private const int MostRows = 100;

    /// <summary>By what the sweep's trials are compared by; empty where no configuration has two finished replicates.</summary>
    public static IReadOnlyList<ReplicatedLoss> Of(SweepResults results)
    {
        var (columns, objective) = (results.Table.Columns, results.Table.Measures.Objective);
        var configurations = Replication.Of(results.Table.Finished.Select(row => ((long)columns.Ordinal[row], columns.Replicate[row], objective.Turn(columns.Score[row]))), objective.Maximizes == true);
        return configurations.Any(one => one.Count > 1) ? configurations : [];
    }

    /// <summary>The best of them, each with the first of its finished trials.</summary>
    public static IReadOnlyList<(ReplicatedLoss Loss, double ValidationLoss, long Trial)> Leading(SweepResults results)
    {
        var columns = results.Table.Columns;
        var losses = ValidationLosses(results);
        var first = results.Table.Finished.GroupBy(row => (long)columns.Ordinal[row]).ToDictionary(group => group.Key, group => columns.Id[group.MinBy(row => columns.Replicate[row])]);
        return [.. Ranked(results, Of(results)).Take(MostRows).Select(one => (one, losses[one.Ordinal], first[one.Ordinal]))];
    }

    /// <summary>The mean validation loss of each configuration that has one, by ordinal.</summary>
    public static IReadOnlyDictionary<long, double> ValidationLosses(SweepResults results) =>
        results.Table.Finished.GroupBy(row => (long)results.Table.Columns.Ordinal[row]).ToDictionary(group => group.Key, group => group.Average(row => results.Table.Columns.Validation[row]));

    private static IReadOnlyList<ReplicatedLoss> Ranked(SweepResults results, IEnumerable<ReplicatedLoss> configurations) =>
        Replication.Rank(configurations, results.Table.Measures.Objective.Maximizes == true);

    /// <param name="allAre">Where the rows are that do not stand here.</param>
    public static void Write(Markup page, SweepResults results, string allAre)
    {
        var configurations = Of(results);
        if (configurations.Count == 0)
            return;
        var objective = results.Table.Measures.Objective;
        var first = results.Table.Finished.GroupBy(row => (long)results.Table.Columns.Ordinal[row]).ToDictionary(group => group.Key, group => group.First());
        page.Open("section", "aria-labelledby", "configurations").Line().Element("h2", "Configurations over replicates", "id", "configurations").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of configurations").Open("table").Line().Open("thead").Open("tr");
        foreach (var name in (string[])["configuration", "n", objective.IsDefault ? "mean loss" : $"mean {objective.Title}", "deviation", "95 % interval", "behind the best, paired"])
            page.Element("th", name, "scope", "col");
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var one in Ranked(results, configurations).Take(MostRows))
        {
            var name = results.Grid.Axes.Count == 0 ? results.Sweep.Name : results.Table.Equations(first[one.Ordinal]);
            page.Open("tr", "class", one.IsBest ? "best" : null);
            page.Element("td", TextWidth.Fit(name, 1, 60)).Element("td", one.Count.ToString(CultureInfo.InvariantCulture));
            page.Element("td", Finding.Loss(one.Mean)).Element("td", Loss(one.Deviation)).Element("td", Interval(one.Low, one.High));
            page.Element("td", Behind(one, objective) is { } behind ? Interval(behind.Low, behind.High) : "–", "title", Behind(one, objective) is { } paired ? $"mean {Finding.Loss(paired.Mean)} over {paired.Count} replicates" : null).Close().Line();
        }

        page.Close().Close().Close().Line();
        page.Element(
            "p",
            $"{(objective.IsDefault ? "Validation losses" : $"The sweep's objective, {objective.Title} ({(objective.Maximizes == true ? "more" : "less")} is better),")} over n replicates. Intervals hold the true mean in 95 of 100 repetitions (Student's t). The last column compares within each replicate, whose configurations "
            + "share seed, initial θ and batches; where it leaves out 0 the two differ beyond the luck of a seed. Of many comparisons one in twenty leaves it out by chance."
            + (configurations.Count > MostRows ? $" The best {MostRows} of {configurations.Count:N0} are listed; {allAre}." : ""),
            "class", "kicker").Close().Line();
    }

    // Behind is worse: less, where more is better.
    private static PairedDifference? Behind(ReplicatedLoss one, Measure objective) =>
        one.ToBest is { } paired && objective.Maximizes == true ? paired with { Mean = -paired.Mean, Low = -paired.High, High = -paired.Low } : one.ToBest;

    private static string Loss(double loss) => double.IsNaN(loss) ? "–" : Finding.Loss(loss);

    private static string Interval(double low, double high) => double.IsNaN(low) ? "–" : $"{Finding.Loss(low)} to {Finding.Loss(high)}";
}
