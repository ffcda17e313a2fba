using System.Globalization;

namespace SweepCluster.Reports.Figures;

/// <summary>What is shown over two axes of the grid, with the best cell marked.</summary>
internal static class HeatMapFigure
{
    private const int MostPlaces = 30;
    private const int MostTexts = 120;

    /// <param name="across">Index of the axis drawn from left to right.</param>
    /// <param name="up">Index of the axis drawn upwards.</param>
    public static Figure? Of(SweepTable table, Best? best, int across, int up, string suffix)
    {
        if (best is null || !table.Shown.Any())
            return null;
        var measure = table.Measures.Shown;
        var (horizontal, vertical) = (table.Grid.Axes[across], table.Grid.Axes[up]);
        var (columns, rows) = (AxisBins.For(horizontal, MostPlaces), AxisBins.For(vertical, MostPlaces));
        var others = Enumerable.Range(0, table.Grid.Axes.Count).Where(axis => axis != across && axis != up).ToArray();
        var cells = Collect(table, (across, columns), (up, rows), row => Array.TrueForAll(others, other => table.Place(other, row) == table.Place(other, best.Row)));

        // A random search has hardly two configurations alike in all other axes: then every configuration counts.
        var averaged = others.Length > 0 && cells.Count(cell => cell.Value.Finished > 0) * 2 < columns.Count * rows.Count;
        if (averaged)
            cells = Collect(table, (across, columns), (up, rows), _ => true);
        var places = cells.Where(cell => cell.Value.Finished > 0).ToDictionary(cell => cell.Key, cell => measure.At(cell.Value.Sum / cell.Value.Finished));
        var (low, high) = (places.Values.DefaultIfEmpty(0).Min(), places.Values.DefaultIfEmpty(0).Max());
        var texts = columns.Count * rows.Count <= MostTexts && columns.Count <= 12;
        var bestCell = (columns.Of[table.Place(across, best.Row)], rows.Of[table.Place(up, best.Row)]);
        var marks = new List<Mark>();
        foreach (var (at, cell) in cells.OrderBy(cell => cell.Key.Row).ThenBy(cell => cell.Key.Column))
        {
            var name = $"{horizontal.Symbol} = {columns.Labels[at.Column]}, {vertical.Symbol} = {rows.Labels[at.Row]}";
            marks.Add(places.TryGetValue(at, out var place)
                ? new Tile($"{name}: {Pages.Finding.Loss(cell.Sum / cell.Finished)}{Of(cell)}", Shade(measure, place, low, high), at.Column, at.Row, 1, 1, cell.Sum / cell.Finished, texts ? Short(measure, cell.Sum / cell.Finished) : "")
                : new Tile($"{name}: no finished trial", InkRole.Plain, at.Column, at.Row, 1, 1, double.NaN, texts ? "–" : ""));
        }

        marks.Add(new Highlight("best", bestCell.Item1, bestCell.Item2, 1, 1));
        return new Figure(
            "heat-map" + suffix,
            $"{measure.Capital} over {horizontal.Symbol} and {vertical.Symbol}",
            Subtitle(table, best, others, averaged, columns.Binned || rows.Binned),
            $"Each cell is one pair of values, the lighter the {(measure.Maximizes == true ? "higher" : "lower")} its {measure.Title}; the frame marks {table.TheBest}{(table.Measures.Shown == table.Measures.Objective ? " configuration" : "")}. "
            + $"Shades are even steps of {(measure.IsLoss ? "log10 loss" : measure.Title)}. A {(measure.Maximizes == true ? "ridge" : "valley")} that runs slantwise says that the two can stand in for one another.",
            [new Panel(new Axis(horizontal.Symbol, -0.5, columns.Count - 0.5, columns.Ticks(12)), new Axis(vertical.Symbol, -0.5, rows.Count - 0.5, rows.Ticks(18)), marks, null, Math.Clamp(rows.Count * 0.11, 0.7, 1.3))],
            Scale(measure, low, high),
            Missing(cells.Values.Count(cell => cell.Finished == 0)));
    }

    private static string Of(Cell cell) => cell.Finished > 1 ? $", mean over {cell.Finished} trials, standard deviation {Pages.Finding.Loss(Math.Sqrt(cell.Squares / (cell.Finished - 1)))}" : "";

    private static Dictionary<(int Column, int Row), Cell> Collect(SweepTable table, (int Axis, AxisBins Bins) across, (int Axis, AxisBins Bins) up, Func<int, bool> wanted)
    {
        var cells = new Dictionary<(int Column, int Row), Cell>();
        for (var row = 0; row < table.Columns.Count; row++)
        {
            if (!wanted(row))
                continue;
            var at = (across.Bins.Of[table.Place(across.Axis, row)], up.Bins.Of[table.Place(up.Axis, row)]);
            var cell = cells.GetValueOrDefault(at);
            cells[at] = table.Columns.Shows(row) ? cell.With(table.Columns.Shown[row]) : cell;
        }

        return cells;
    }

    private static string Subtitle(SweepTable table, Best best, int[] others, bool averaged, bool binned)
    {
        var parts = new List<string>();
        if (others.Length > 0)
            parts.Add(averaged ? "mean over all other hyperparameters" : string.Join(", ", others.Select(axis => table.Grid.Axes[axis].Equation(table.Value(axis, best.Row)))) + " held, as in the best configuration");
        if (table.Columns.Replicates > 1)
            parts.Add($"mean over {table.Columns.Replicates} replicates");
        if (binned)
            parts.Add($"values gathered into at most {MostPlaces} bins an axis, each cell the mean over its configurations");
        return string.Join("; ", parts);
    }

    private static Legend Scale(Measure measure, double low, double high)
    {
        var steps = high > low ? 5 : 1;
        return new Legend(measure.IsDefault ? "loss" : Svg.TextWidth.Fit(measure.Title, 1, 18), [.. Enumerable.Range(0, steps).Select(i =>
        {
            var at = steps == 1 ? low : low + ((high - low) * i / (steps - 1));
            return new LegendEntry(Swatch.Block, Shade(measure, at, low, high), Pages.Finding.Loss(measure.Back(at)));
        })]);
    }

    private static List<string> Missing(int empty) => empty == 0 ? [] : [$"{(empty == 1 ? "1 cell has no finished trial and stays" : $"{empty} cells have no finished trial and stay")} empty."];

    // Light is good; where nobody has said what is, light is low.
    private static Ink Shade(Measure measure, double at, double low, double high)
    {
        var share = high > low ? (at - low) / (high - low) : 0.5;
        return Ink.Series(measure.Maximizes == true ? 1 - share : share);
    }

    private static string Short(Measure measure, double value) => (Math.Abs(value) switch
    {
        0 => "0",
        < 1 and >= 0.1 when !measure.IsLoss => value.ToString("0.000", CultureInfo.InvariantCulture),
        >= 0.1 and < 1000 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0e0", CultureInfo.InvariantCulture),
    }).Replace('-', '−');

    /// <param name="Squares">Of the distances from the mean so far (Welford).</param>
    private readonly record struct Cell(double Sum, int Finished, double Squares)
    {
        public Cell With(double loss)
        {
            var (before, after) = (Finished == 0 ? loss : Sum / Finished, (Sum + loss) / (Finished + 1));
            return new Cell(Sum + loss, Finished + 1, Squares + ((loss - before) * (loss - after)));
        }
    }
}
