namespace SweepCluster.Client;

/// <summary>Aligned columns of text: readable on a terminal, and one row is one line for grep and awk.</summary>
internal sealed class TextTable(params IReadOnlyList<TextTable.Column> columns)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <param name="Number">Aligned to the right.</param>
    internal readonly record struct Column(string Title, bool Number = false);

    public int Count => _rows.Count;

    public void Add(params IReadOnlyList<string> cells) => _rows.Add([.. cells.Select(OneLine)]);

    /// <param name="width">Of the terminal: the widest columns of text are shortened until a row fits. Null to print every cell in full.</param>
    public void Write(TextWriter output, int? width = null)
    {
        var widths = Widths(width);
        Line(output, widths, [.. columns.Select(column => column.Title)]);
        Line(output, widths, [.. widths.Select(w => new string('─', w))]);
        foreach (var row in _rows)
            Line(output, widths, row);
    }

    private int[] Widths(int? limit)
    {
        var widths = columns.Select((column, i) => _rows.Select(row => row[i].Length).Prepend(column.Title.Length).Max()).ToArray();
        while (limit is { } width && widths.Sum() + (Gap.Length * (widths.Length - 1)) > width)
        {
            // Numbers are never cut: half a number is a wrong number.
            var widest = Enumerable.Range(0, widths.Length).Where(i => !columns[i].Number && widths[i] > 8).OrderByDescending(i => widths[i]).FirstOrDefault(-1);
            if (widest < 0)
                break;
            widths[widest]--;
        }
        return widths;
    }

    private void Line(TextWriter output, int[] widths, string[] cells)
    {
        var line = string.Join(Gap, cells.Select((cell, i) => columns[i].Number ? cell.PadLeft(widths[i]) : Shorten(cell, widths[i]).PadRight(widths[i])));
        output.WriteLine(line.TrimEnd());
    }

    public static string Shorten(string text, int width) => text.Length <= width ? text : string.Concat(text.AsSpan(0, Math.Max(0, width - 1)), "…");

    private static string OneLine(string cell) =>
        cell.Any(char.IsControl) ? string.Concat(cell.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '\uFFFD' : c)) : cell;
}
