using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Export;

/// <summary>One number, or pair of numbers, of a figure.</summary>
/// <param name="Panel">From 1, in reading order.</param>
/// <param name="Kind">What it is drawn as: line, dots, band, point, level, tile, bar, ridge, whisker, beyond.</param>
/// <param name="X">In the units of the panel's axis; null where a mark has none.</param>
internal readonly record struct FigureRow(int Panel, string Series, string Kind, double? X, double? Y, double? Low, double? High, double? Value);

/// <summary>
/// The numbers of a figure as a table: the very ones that are drawn, before pixels and thinning. Gaps are NaN, infinite values
/// “Infinity”. What several panels repeat, the data under small multiples, stands once, in the first.
/// </summary>
internal static class FigureTable
{
    public const string Header = "panel,series,kind,x,y,low,high,value\n";

    public static IEnumerable<FigureRow> Rows(Figure figure)
    {
        var written = new HashSet<double[]>(ReferenceEqualityComparer.Instance as IEqualityComparer<double[]>);
        foreach (var (i, panel) in figure.Panels.Index())
        {
            foreach (var mark in panel.Marks)
            {
                if (mark is Dots dots && !written.Add(dots.Y))
                    continue;
                foreach (var row in Rows(mark))
                    yield return row with { Panel = i + 1, Series = panel.Title is { } title && !mark.Name.StartsWith(title.ToString(), StringComparison.Ordinal) ? $"{title}: {mark.Name}" : mark.Name };
            }
        }
    }

    public static async Task WriteAsync(TextWriter writer, Figure figure, CancellationToken ct)
    {
        await writer.WriteAsync(Header.AsMemory(), ct);
        foreach (var row in Rows(figure))
            await writer.WriteAsync(Csv.Row([row.Panel, row.Series, row.Kind, Short(row.X), Short(row.Y), Short(row.Low), Short(row.High), Short(row.Value)]).AsMemory(), ct);
    }

    // What the store holds as real is written with the digits that make that real again: half the length.
    private static object? Short(double? value) => value is { } number && double.IsFinite(number) && (float)number == number ? (float)number : value;

    private static IEnumerable<FigureRow> Rows(Mark mark) => mark switch
    {
        Line line => line.X.Select((x, i) => Row("line", x, line.Y[i])),
        Dots dots => dots.X.Select((x, i) => Row("dots", x, dots.Y[i])),
        Band band => band.X.Select((x, i) => Row("band", x, null) with { Low = band.Low[i], High = band.High[i] }),
        Ridge ridge => ridge.X.Select((x, i) => Row("ridge", x, ridge.Height[i])),
        Point point => [Row("point", point.X, point.Y)],
        Beyond beyond => [Row("beyond", beyond.X, double.PositiveInfinity)],
        Level level => [Row("level", null, level.Y)],
        Bar bar => [Row("bar", bar.Length, bar.Y)],
        Tile tile => [Row("tile", tile.X, tile.Y) with { Value = tile.Value }],
        Whisker whisker => [Row("whisker", whisker.X, null) with { Low = whisker.Low, High = whisker.High }],
        _ => [],
    };

    private static FigureRow Row(string kind, double? x, double? y) => new(0, "", kind, x, y, null, null, null);
}
