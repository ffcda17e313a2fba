using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Where every configuration stands between bias and variance, against the irreducible error.</summary>
internal static class PlacementFigure
{
    private const int MostDiscs = 300;
    private const int Bins = 40;

    /// <param name="isExact">The error comes from the generator of the data; else it was estimated.</param>
    public static Figure? Of(SweepTable table, Best? best, double? irreducible, bool isExact, bool dropout)
    {
        var placed = Placed(table, irreducible);
        if (best is null || placed.Count == 0)
            return null;
        var (x, y) = (placed.Select(p => p.Bias).ToArray(), placed.Select(p => p.Error).ToArray());
        var (low, high) = (Math.Min(0, Math.Min(x.Min(), y.Min())), Math.Max(x.Max(), y.Max()));
        var room = Math.Max(high - low, 0.1) * 0.07;
        (low, high) = (low - room, high + room);
        var close = Elementary.Log10(BiasVariance.CloseEnough);
        var marks = new List<Mark>
        {
            new Level("least possible", InkRole.Plain, 0),
            new Line("no variance: validation = training", InkRole.Plain, [low, high], [low, high], 0.7),
        };
        var many = placed.Count > MostDiscs;
        if (many)
            marks.AddRange(Density(placed, low, high));
        else
            marks.AddRange(placed.OrderBy(p => p.Lack).Select(p => new Point($"{table.Equations(p.Row)}: {Word(p.Lack)}", InkOf(p.Lack), p.Bias, p.Error)));
        var first = placed.FirstOrDefault(p => p.Row == best.Row);
        if (first is not null)
            marks.Add(new Highlight("best", first.Bias, first.Error, (high - low) * 0.034, (high - low) * 0.05));
        var counts = Enum.GetValues<Lack>().Select(lack => (Lack: lack, Count: placed.Count(p => p.Lack == lack))).ToArray();
        return new Figure(
            "bias-variance",
            "Bias or variance",
            $"{placed.Count:N0} configurations against the irreducible error{(isExact ? "" : " (estimated from the targets)")}: {string.Join(", ", counts.Select(c => $"{c.Count:N0} {Word(c.Lack)}"))}",
            "Both axes are factors of ten above the irreducible error, the noise that no model can predict. Along the slanted line training and validation agree: the farther "
            + "right, the more bias. Height above the line is variance: better on the training data than on new ones. "
            + string.Join(' ', counts.Where(c => c.Count > 0 && c.Lack != Lack.None).OrderByDescending(c => c.Count).Take(1).Select(c => $"Most lack {(c.Lack == Lack.Bias ? "less bias" : "less variance")}. {BiasVariance.Remedy(c.Lack)}"))
            + (dropout ? " With dropout, training loss is measured while units are dropped and overstates bias: such configurations may stand below the line." : ""),
            [new Panel(
                new Axis((Label)"log" + Label.Subscript("10") + " training loss / irreducible error", low, high),
                new Axis((Label)"log" + Label.Subscript("10") + " validation loss / irreducible error", low, high),
                marks)],
            many ? null : new Legend(Label.Empty, [.. counts.Where(c => c.Count > 0).Select(c => new LegendEntry(Swatch.Dot, InkOf(c.Lack), Word(c.Lack)))]),
            [.. Notes(table, placed.Count, many)]);
    }

    /// <summary>For each configuration log10 of training and validation loss over the irreducible error of its data.</summary>
    internal static List<Placement> Placed(SweepTable table, double? irreducible)
    {
        var placed = new List<Placement>();
        foreach (var outcome in table.Outcomes)
        {
            var own = outcome.Row >= 0 ? table.Columns.Irreducible[outcome.Row] : double.NaN;
            var error = double.IsFinite(own) ? own : irreducible ?? double.NaN;
            if (outcome.Finished == 0 || !(outcome.Training > 0) || !(outcome.Validation > 0) || BiasVariance.Of(outcome.Training, outcome.Validation, error) is not { } lack)
                continue;
            placed.Add(new Placement(outcome.Row, Elementary.Log10(outcome.Training / error), Elementary.Log10(outcome.Validation / error), lack));
        }

        return placed;
    }

    private static IEnumerable<Mark> Density(List<Placement> placed, double low, double high)
    {
        var counts = new SortedDictionary<(int Row, int Column), int>();
        foreach (var p in placed)
        {
            var at = (Bin(p.Error), Bin(p.Bias));
            counts[at] = counts.GetValueOrDefault(at) + 1;
        }

        var most = Elementary.Log10(counts.Values.Max() + 1);
        var size = (high - low) / Bins;
        return counts.Select(cell => new Tile(
            $"{cell.Value:N0} configurations", Ink.Series(Elementary.Log10(cell.Value + 1) / most), low + ((cell.Key.Column + 0.5) * size), low + ((cell.Key.Row + 0.5) * size), size, size, cell.Value));

        int Bin(double value) => Math.Clamp((int)((value - low) / (high - low) * Bins), 0, Bins - 1);
    }

    private static IEnumerable<string> Notes(SweepTable table, int placed, bool many)
    {
        if (many)
            yield return "Too many to draw one by one: each small square is the darker the more configurations fall into it, in even steps of the logarithm of their number.";
        if (placed < table.Outcomes.Count)
            yield return $"{table.Outcomes.Count - placed:N0} of {table.Outcomes.Count:N0} configurations have no finite losses and are missing.";
    }

    private static Ink InkOf(Lack lack) => lack switch { Lack.None => InkRole.Validation, Lack.Bias => InkRole.Training, _ => InkRole.Test };

    private static string Word(Lack lack) => lack switch { Lack.None => "close to the noise", Lack.Bias => "mostly bias", _ => "mostly variance" };
}

/// <param name="Bias">log10 of training loss over irreducible error.</param>
/// <param name="Error">log10 of validation loss over irreducible error.</param>
internal sealed record Placement(int Row, double Bias, double Error, Lack Lack);
