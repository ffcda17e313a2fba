using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>The marks that only some figures have: cells, bars, hills, axes inside the panel.</summary>
internal sealed partial record PanelSvg
{
    private void DrawShape(Markup svg, Mark mark)
    {
        switch (mark)
        {
            case Tile tile:
                DrawTile(svg, tile);
                break;
            case Bar bar:
                Rectangle(svg, "bar", X[0], Y[bar.Y + (bar.Thickness / 2)], X[bar.Length], Y[bar.Y - (bar.Thickness / 2)]);
                break;
            case Ridge ridge:
                DrawRidge(svg, ridge);
                break;
            case Whisker whisker when double.IsFinite(whisker.Low) && double.IsFinite(whisker.High):
                var (x, low, high) = (X[whisker.X], Y[whisker.Low], Y[whisker.High]);
                svg.Empty("path", "class", "whisker", "d", new PathData()
                    .MoveTo(x, low).LineTo(x, high).MoveTo(x - 4, low).LineTo(x + 4, low).MoveTo(x - 4, high).LineTo(x + 4, high).ToString());
                break;
            case Highlight highlight:
                DrawHighlight(svg, highlight);
                break;
            case Upright upright:
                svg.Empty("path", "class", "upright", "d", new PathData().MoveTo(X[upright.X], Y[0]).LineTo(X[upright.X], Y[1]).ToString());
                var leftmost = upright.X == Panel.Marks.OfType<Upright>().Min(other => other.X);
                foreach (var tick in upright.Ticks)
                {
                    svg.Empty("path", "class", "upright", "d", new PathData().MoveTo(X[upright.X] - 4, Y[tick.At]).LineTo(X[upright.X], Y[tick.At]).ToString());
                    svg.Element("text", tick.Text, "class", "halo", "font-size", "11", "x", N(X[upright.X] + (leftmost ? -7 : 5)), "y", N(Y[tick.At] + 4), "text-anchor", leftmost ? "end" : null);
                }

                break;
            case Remark remark:
                var shift = remark.Anchor == "start" ? 7 : remark.Anchor == "end" ? -7 : 0;
                svg.Element("text", remark.Name, "class", "halo", "x", N(X[remark.X] + shift), "y", N(Y[remark.Y] + 4), "text-anchor", remark.Anchor);
                break;
            default:
                break;
        }
    }

    // Labels of upright axes stand above the frame, outside the clip.
    private void DrawUprightLabels(Markup svg)
    {
        foreach (var upright in Panel.Marks.OfType<Upright>())
            Words.Draw(svg, upright.Label, X[upright.X], Box.Y - 8, "upright-label", "middle");
    }

    private void DrawTile(Markup svg, Tile tile)
    {
        var empty = double.IsNaN(tile.Value);
        Rectangle(svg, empty ? "tile empty" : "tile", X[tile.X - (tile.Width / 2)], Y[tile.Y + (tile.Height / 2)], X[tile.X + (tile.Width / 2)], Y[tile.Y - (tile.Height / 2)]);
        if (tile.Text.Length > 0)
        {
            svg.Element(
                "text", tile.Text, "class", empty ? "tile-text quiet" : Palette.IsDark(tile.Ink) ? "tile-text on-dark" : "tile-text", "x", N(X[tile.X]), "y", N(Y[tile.Y] + 4),
                "text-anchor", "middle");
        }
    }

    private void DrawHighlight(Markup svg, Highlight highlight)
    {
        var (left, top) = (X[highlight.X - (highlight.Width / 2)], Y[highlight.Y + (highlight.Height / 2)]);
        var (right, bottom) = (X[highlight.X + (highlight.Width / 2)], Y[highlight.Y - (highlight.Height / 2)]);
        Rectangle(svg, "highlight-paper", left, top, right, bottom);
        Rectangle(svg, "highlight", left, top, right, bottom);

        // Inside, under the cell's own number; else above the frame, or below it where the panel ends.
        var width = TextWidth.Of(highlight.Name, 10);
        if (bottom - top > 30 && right - left > width)
        {
            svg.Element("text", highlight.Name, "class", "tile-text strong small", "x", N((left + right) / 2), "y", N(bottom - 3.5), "text-anchor", "middle");
            return;
        }

        var above = top - Box.Y > 18;
        svg.Element(
            "text", highlight.Name, "class", "halo strong", "x", N(Math.Clamp((left + right) / 2, Box.X + 16, Box.Right - 16)), "y", N(above ? top - 5 : bottom + 15),
            "text-anchor", "middle");
    }

    private void DrawRidge(Markup svg, Ridge ridge)
    {
        var points = ridge.X.Select((x, i) => (X: X[x], Y: Y[ridge.Base + (ridge.Scale * Math.Min(ridge.Height[i], ridge.Most))])).Where(p => double.IsFinite(p.Y)).ToList();
        if (points.Count == 0)
            return;
        var line = Thinning.Straighten(Thinning.Columns(points));
        var area = new PathData().MoveTo(line[0].X, Y[ridge.Base]);
        var top = new PathData().MoveTo(line[0].X, line[0].Y);
        foreach (var (x, y) in line)
        {
            area.LineTo(x, y);
            top.LineTo(x, y);
        }

        var outline = area.LineTo(line[^1].X, Y[ridge.Base]).ClosePath().ToString();
        Shapes.Path(svg, outline, "ridge-paper", null, null);
        Shapes.Path(svg, outline, "ridge", null, null);
        svg.Empty("path", "class", "line", "stroke-width", "1.2", "d", top.ToString());
    }

    // One point in each 8 pixels of what a mark covers.
    private IEnumerable<(double X, double Y)> Covered(Mark mark)
    {
        var (left, top, right, bottom) = mark switch
        {
            Tile tile => (X[tile.X - (tile.Width / 2)], Y[tile.Y + (tile.Height / 2)], X[tile.X + (tile.Width / 2)], Y[tile.Y - (tile.Height / 2)]),
            Bar bar => (X[0], Y[bar.Y + (bar.Thickness / 2)], X[bar.Length], Y[bar.Y - (bar.Thickness / 2)]),
            Ridge ridge => (X[ridge.X[0]], Y[ridge.Base + (ridge.Scale * Math.Min(ridge.Height.Max(), ridge.Most))], X[ridge.X[^1]], Y[ridge.Base]),
            Upright upright => (X[upright.X] - 4, Y[1], X[upright.X] + 40, Y[0]),
            Remark remark => (X[remark.X], Y[remark.Y] - 6, X[remark.X] + TextWidth.Of(remark.Name, 12), Y[remark.Y] + 6),
            _ => (0, 0, 0, 0),
        };
        for (var x = Math.Max(left, Box.X) + 1; x < Math.Min(right, Box.Right); x += 8)
        {
            for (var y = Math.Max(top, Box.Y) + 1; y < Math.Min(bottom, Box.Bottom); y += 8)
                yield return (x, y);
        }
    }

    private static void Rectangle(Markup svg, string css, double left, double top, double right, double bottom) =>
        svg.Empty("rect", "class", css, "x", N(left), "y", N(top), "width", N(Math.Max(right - left, 0)), "height", N(Math.Max(bottom - top, 0)));
}
