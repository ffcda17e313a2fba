using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>A rectangle in pixels.</summary>
internal readonly record struct Box(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;
}

/// <summary>Lays out a legend in columns and looks for the place where it covers least.</summary>
internal sealed class LegendBox
{
    private const double Size = 12;
    private const double Row = 18;
    private const double SwatchWidth = 24;
    private const double Pad = 8;
    private const double Inset = 8;

    // Covering one curve's corner is tolerable, hiding data is not: from here on the legend stands outside.
    private const int Tolerable = 6;

    private readonly Legend _legend;
    private readonly int _rows;
    private readonly double _columnWidth;
    private readonly double _titleHeight;

    public LegendBox(Legend legend, int columns)
    {
        _legend = legend;
        _rows = (legend.Entries.Count + columns - 1) / columns;
        _columnWidth = SwatchWidth + 8 + legend.Entries.Max(entry =>
            TextWidth.Of(entry.Label, Size) + (entry.Note is null ? 0 : 8 + TextWidth.Of(entry.Note, 11))) + 14;
        _titleHeight = legend.Title.IsEmpty ? 0 : Row;
        var title = TextWidth.Of(legend.Title, Size) + (2 * Pad);
        Width = Math.Max((columns * _columnWidth) + (2 * Pad) - 14, title);
        Height = (_rows * Row) + _titleHeight + (2 * Pad) - 4;
    }

    public double Width { get; }

    public double Height { get; }

    /// <summary>The freest of nine places and three shapes inside the panel; null when all of them would hide data.</summary>
    public static (LegendBox Legend, Box At)? Inside(Legend legend, Box panel, IReadOnlyList<(double X, double Y)> obstacles)
    {
        (LegendBox Legend, Box At)? best = null;
        var least = Tolerable + 1;
        foreach (var columns in legend.Entries.Count > 4 ? [2, 1, 3] : new[] { 1 })
        {
            var box = new LegendBox(legend, columns);
            if (box.Width > panel.Width - (2 * Inset) || box.Height > panel.Height - (2 * Inset))
                continue;
            foreach (var (across, down) in new[] { (1.0, 0.0), (0, 0), (0, 1), (1, 1), (0.5, 0), (0.5, 1), (0, 0.5), (1, 0.5), (0.5, 0.5) })
            {
                var at = new Box(
                    panel.X + Inset + (across * (panel.Width - box.Width - (2 * Inset))),
                    panel.Y + Inset + (down * (panel.Height - box.Height - (2 * Inset))),
                    box.Width, box.Height);
                var covered = obstacles.Count(p => p.X > at.X && p.X < at.Right && p.Y > at.Y && p.Y < at.Bottom);
                if (covered < least)
                    (best, least) = ((box, at), covered);
            }
        }

        return best;
    }

    public void Draw(Markup svg, double x, double y)
    {
        svg.Open("g", "class", "legend");
        svg.Empty("rect", "class", "legend-box", "x", Markup.Number(x), "y", Markup.Number(y), "width", Markup.Number(Width), "height", Markup.Number(Height), "rx", "4");
        if (!_legend.Title.IsEmpty)
            Words.Draw(svg, _legend.Title, x + (Width / 2), y + Pad + 9, "legend-title", "middle");
        for (var i = 0; i < _legend.Entries.Count; i++)
        {
            var entry = _legend.Entries[i];
            var left = x + Pad + (i / _rows * _columnWidth);
            var middle = y + Pad + _titleHeight + (i % _rows * Row) + 6;
            svg.Open("g", "class", $"legend-entry {Palette.Class(entry.Ink)}");
            DrawSwatch(svg, entry.Swatch, left, middle);
            Words.Draw(svg, entry.Label, left + SwatchWidth + 8, middle + 4, null, null);
            if (entry.Note is { } note)
            {
                var after = left + SwatchWidth + 16 + TextWidth.Of(entry.Label, Size);
                svg.Element("text", note, "class", "quiet", "font-size", "11", "x", Markup.Number(after), "y", Markup.Number(middle + 4));
            }

            svg.Close();
        }

        svg.Close().Line();
    }

    private static void DrawSwatch(Markup svg, Swatch swatch, double left, double middle)
    {
        var path = new PathData();
        switch (swatch)
        {
            case Swatch.Line:
                path.MoveTo(left, middle).LineTo(left + SwatchWidth, middle);
                svg.Empty("path", "class", "line", "stroke-width", "2", "d", path.ToString());
                break;
            case Swatch.Dot:
                svg.Empty("path", "class", "dots", "stroke-width", "5", "d", PathData.Dots([(left + (SwatchWidth / 2), middle)]));
                break;
            case Swatch.Block or Swatch.Band:
                svg.Empty("rect", "class", swatch == Swatch.Block ? "tile" : "band", "x", Markup.Number(left + 2), "y", Markup.Number(middle - 7), "width", Markup.Number(SwatchWidth - 4), "height", "14");
                break;
            default:
                break;
        }
    }
}
