using System.Globalization;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>Every configuration over its replicates: mean, standard deviation, 95 % interval, and the paired difference to the best.</summary>
internal static class ConfigurationsTable
{
    private const int MostRows = 100;

    /// <summary>Empty where no configuration has two finished replicates.</summary>
    public static IReadOnlyList<ReplicatedLoss> Of(SweepResults results)
    {
        var columns = results.Table.Columns;
        var configurations = Replication.Of(results.Table.Finished.Select(row => ((long)columns.Ordinal[row], columns.Replicate[row], columns.Validation[row])));
        return configurations.Any(one => one.Count > 1) ? configurations : [];
    }

    /// <summary>The best of them, each with the first of its finished trials.</summary>
    public static IReadOnlyList<(ReplicatedLoss Loss, long Trial)> Leading(SweepResults results)
    {
        var columns = results.Table.Columns;
        var first = results.Table.Finished.GroupBy(row => (long)columns.Ordinal[row]).ToDictionary(group => group.Key, group => columns.Id[group.MinBy(row => columns.Replicate[row])]);
        return [.. Replication.Rank(Of(results)).Take(MostRows).Select(one => (one, first[one.Ordinal]))];
    }

    /// <param name="allAre">Where the rows are that do not stand here.</param>
    public static void Write(Markup page, SweepResults results, string allAre)
    {
        var configurations = Of(results);
        if (configurations.Count == 0)
            return;
        var first = results.Table.Finished.GroupBy(row => (long)results.Table.Columns.Ordinal[row]).ToDictionary(group => group.Key, group => group.First());
        page.Open("section", "aria-labelledby", "configurations").Line().Element("h2", "Configurations over replicates", "id", "configurations").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of configurations").Open("table").Line().Open("thead").Open("tr");
        foreach (var name in (string[])["configuration", "n", "mean loss", "deviation", "95 % interval", "behind the best, paired"])
            page.Element("th", name, "scope", "col");
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var one in Replication.Rank(configurations).Take(MostRows))
        {
            var name = results.Grid.Axes.Count == 0 ? results.Sweep.Name : results.Table.Equations(first[one.Ordinal]);
            page.Open("tr", "class", one.IsBest ? "best" : null);
            page.Element("td", TextWidth.Fit(name, 1, 60)).Element("td", one.Count.ToString(CultureInfo.InvariantCulture));
            page.Element("td", Finding.Loss(one.Mean)).Element("td", Loss(one.Deviation)).Element("td", Interval(one.Low, one.High));
            page.Element("td", one.ToBest is { } behind ? Interval(behind.Low, behind.High) : "–", "title", one.ToBest is { } paired ? $"mean {Finding.Loss(paired.Mean)} over {paired.Count} replicates" : null).Close().Line();
        }

        page.Close().Close().Close().Line();
        page.Element(
            "p",
            "Validation losses over n replicates. Intervals hold the true mean in 95 of 100 repetitions (Student's t). The last column compares within each replicate, whose configurations "
            + "share seed, initial θ and batches; where it leaves out 0 the two differ beyond the luck of a seed. Of many comparisons one in twenty leaves it out by chance."
            + (configurations.Count > MostRows ? $" The best {MostRows} of {configurations.Count:N0} are listed; {allAre}." : ""),
            "class", "kicker").Close().Line();
    }

    private static string Loss(double loss) => double.IsNaN(loss) ? "–" : Finding.Loss(loss);

    private static string Interval(double low, double high) => double.IsNaN(low) ? "–" : $"{Finding.Loss(low)} to {Finding.Loss(high)}";
}
