using System.Globalization;

namespace SweepCluster.Reports.Figures;

/// <summary>How many parameters a penalty brings to exactly zero, and how many merely near it, along its strength.</summary>
internal static class SparsityFigure
{
    // Beyond this, one line for each combination of the other hyperparameters hides the others.
    private const int MostLines = 6;

    public static Figure? Of(SweepResults results, string key, string suffix)
    {
        var table = results.Table;
        var axis = table.Grid.Axes.FirstOrDefault(found => found.Key == key);
        var index = table.Grid.Axes.Select((found, i) => (found, i)).FirstOrDefault(pair => pair.found == axis).i;
        var rows = Enumerable.Range(0, table.Columns.Count).Where(row => results.Parameters.ContainsKey(table.Columns.Id[row])).ToArray();
        if (axis is null || rows.Length == 0)
            return null;
        var others = Enumerable.Range(0, table.Grid.Axes.Count).Where(other => other != index).ToArray();
        var lines = rows.GroupBy(row => string.Join(", ", others.Select(other => table.Grid.Axes[other].Equation(table.Value(other, row))))).ToArray();
        if (lines.Length > MostLines)
        {
            var best = results.Best?.Row ?? rows[0];
            var held = string.Join(", ", others.Select(other => table.Grid.Axes[other].Equation(table.Value(other, best))));
            lines = [.. lines.Where(line => line.Key == held)];
        }

        var (zeros, small, entries) = (new List<Mark>(), new List<Mark>(), new List<LegendEntry>());
        foreach (var (i, line) in lines.Index())
        {
            var ink = Ink.Series(lines.Length == 1 ? 0.6 : (double)i / (lines.Length - 1));
            var name = line.Key.Length == 0 ? "all" : line.Key;
            var at = line.GroupBy(row => table.Value(index, row).At).OrderBy(group => group.Key).ToArray();
            var x = at.Select(group => group.Key).ToArray();
            Add(zeros, "exactly zero", parameters => parameters.Zeros);
            Add(small, "below 1e-3", parameters => parameters.Small);
            if (line.Key.Length > 0)
                entries.Add(new LegendEntry(Swatch.Line, ink, line.Key));

            void Add(List<Mark> marks, string what, Func<ParameterStatistics, double> share)
            {
                var y = at.Select(group => 100 * group.Average(row => share(results.Parameters[table.Columns.Id[row]]))).ToArray();
                marks.Add(new Line($"{name}: {what}", ink, x, y));
                foreach (var (n, percent) in y.Index())
                    marks.Add(new Point($"{name}, {axis.Equation(table.Value(index, at[n].First()))}: {percent.ToString("0.0", CultureInfo.InvariantCulture)} % {what}", ink, x[n], percent));
            }
        }

        var across = DivergenceFigure.XAxis(axis, rows.Select(row => table.Value(index, row).At), 0.06);
        var upright = new Axis("% of parameters", -3, 103);
        return new Figure(
            "sparsity" + suffix,
            $"How many parameters {axis.Symbol} brings to zero",
            others.Length > 0 && lines.Length == 1 ? $"{lines[0].Key} held, as in the best configuration" : "",
            "Left: parameters that are exactly zero, and could be left out of the model. Right: those smaller than 1e-3, zeros among them. A proximal step makes "
            + "zeros; a subgradient only makes numbers small, because it jumps over zero and back.",
            [new Panel(across, upright, zeros, "exactly zero"), new Panel(across, upright, small, "below 1e-3")],
            entries.Count > 0 ? new Legend(Label.Empty, entries) : null,
            null,
            2);
    }
}
