using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>Draws one panel: grid, marks inside a clip, frame, ticks, labels, and the signs of what was cut.</summary>
/// <param name="Id">Prefix of the ids in it.</param>
/// <param name="LabelX">False where the panel below shows the same axis.</param>
internal sealed partial record PanelSvg(Panel Panel, Box Box, string Id, bool LabelX, bool LabelY, SharedShapes Shapes)
{
    private const double StrokeWidth = 1.7;

    // So few dots would be lost on a panel if they were as small as those of ten thousand.
    private const int FewDots = 60;
    private const double LargeDot = 5;

    private Scale X => new(Panel.X, Box.X, Box.Right);

    private Scale Y => new(Panel.Y, Box.Bottom, Box.Y);

    private IReadOnlyList<Tick> XTicks => InRange(Panel.X.Ticks ?? Ticks.Between(Panel.X.Low, Panel.X.High, Math.Max(2, (int)(Box.Width / 75))), Panel.X);

    // Words below an axis may run into one another: every other one stands lower then.
    private bool IsCrowded => XTicks.Zip(XTicks.Skip(1)).Any(pair => X[pair.Second.At] - X[pair.First.At] < 4 + ((TextWidth.Of(pair.First.Text, 12) + TextWidth.Of(pair.Second.Text, 12)) / 2));

    private IReadOnlyList<Tick> YTicks => InRange(YTicksOf(Panel, Box.Height), Panel.Y);

    /// <summary>Room the tick labels at the left need.</summary>
    public static double TickWidth(Panel panel, double height) =>
        YTicksOf(panel, height).Select(tick => TextWidth.Of(tick.Text, 12)).DefaultIfEmpty(0).Max();

    /// <summary>Points that a legend should not cover, about one per seven pixels of curve.</summary>
    public IEnumerable<(double X, double Y)> Obstacles()
    {
        foreach (var mark in Panel.Marks)
        {
            switch (mark)
            {
                case Line line:
                    foreach (var segment in Thinning.Segments(line.X, line.Y, X, Y))
                    {
                        for (var i = 0; i + 1 < segment.Count; i++)
                        {
                            var steps = (int)Math.Clamp(Math.Sqrt(Squared(segment[i], segment[i + 1])) / 7, 1, 200);
                            for (var s = 0; s < steps; s++)
                                yield return (segment[i].X + ((segment[i + 1].X - segment[i].X) * s / steps), segment[i].Y + ((segment[i + 1].Y - segment[i].Y) * s / steps));
                        }
                    }

                    break;
                case Dots dots:
                    foreach (var point in Thinning.Cells(dots.X, dots.Y, X, Y, 4))
                        yield return point;
                    break;
                case Point point:
                    yield return (X[point.X], Y[point.Y]);
                    break;
                case Whisker whisker:
                    foreach (var y in (double[])[whisker.Low, whisker.High])
                        yield return (X[whisker.X], Y[y]);
                    break;
                case Tile or Bar or Ridge or Upright or Remark:
                    foreach (var point in Covered(mark))
                        yield return point;
                    break;
                case Level level:
                    for (var x = Box.X + 3; x < Box.Right; x += 7)
                        yield return (x, Y[level.Y]);
                    break;
                default:
                    break;
            }
        }
    }

    public void Draw(Markup svg)
    {
        var clip = Id + "-clip";
        svg.Open("g", "class", "panel", "id", Id);
        svg.Open("clipPath", "id", clip)
            .Empty("rect", "x", N(Box.X), "y", N(Box.Y), "width", N(Box.Width), "height", N(Box.Height)).Close();
        DrawGrid(svg);
        svg.Open("g", "class", "marks", "clip-path", $"url(#{clip})").Line();
        foreach (var mark in Panel.Marks.Where(mark => mark is not (Beyond or Cut)))
            Draw(svg, mark);
        svg.Close();
        svg.Empty("rect", "class", "frame", "x", N(Box.X), "y", N(Box.Y), "width", N(Box.Width), "height", N(Box.Height)).Line();
        DrawTicks(svg);
        foreach (var beyond in Panel.Marks.OfType<Beyond>())
            Draw(svg, beyond);
        foreach (var cut in Panel.Marks.OfType<Cut>())
            Draw(svg, cut);
        DrawLabels(svg);
        svg.Close().Line();
    }

    private static string N(double value) => Markup.Number(value);

    private static double Squared((double X, double Y) a, (double X, double Y) b) =>
        ((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y));

    private static IReadOnlyList<Tick> YTicksOf(Panel panel, double height) =>
        panel.Y.Ticks ?? Ticks.Between(panel.Y.Low, panel.Y.High, (int)Math.Clamp(height / 36, 2, 8));

    private static IReadOnlyList<Tick> InRange(IReadOnlyList<Tick> ticks, Axis axis) =>
        [.. ticks.Where(tick => tick.At >= axis.Low && tick.At <= axis.High)];

    private void DrawGrid(Markup svg)
    {
        var path = new PathData();
        foreach (var tick in XTicks)
            path.MoveTo(X[tick.At], Box.Y).LineTo(X[tick.At], Box.Bottom);
        foreach (var tick in YTicks)
            path.MoveTo(Box.X, Y[tick.At]).LineTo(Box.Right, Y[tick.At]);
        svg.Empty("path", "class", "grid", "d", path.ToString()).Line();
    }

    private void Draw(Markup svg, Mark mark)
    {
        svg.Open("g", "class", $"mark {Palette.Class(mark.Ink)}").Element("title", mark.Name);
        switch (mark)
        {
            case Line line:
                var segments = Thinning.Segments(line.X, line.Y, X, Y);
                Shapes.Path(svg, PathData.Of(segments), "line", N(StrokeWidth * line.Weight), line.Opacity < 1 ? N(line.Opacity) : null);

                // One epoch, or one between two that are no numbers: a line of no length would hardly be seen.
                foreach (var alone in segments.Where(segment => segment.Count == 1))
                    svg.Empty("circle", "class", "point", "cx", N(alone[0].X), "cy", N(alone[0].Y), "r", "4.5");
                break;
            case Dots dots:
                var cells = Thinning.Cells(dots.X, dots.Y, X, Y);
                Shapes.Path(svg, PathData.Dots(cells), "dots", N(cells.Count <= FewDots ? Math.Max(LargeDot, 1.5 * dots.Size) : 1.5 * dots.Size), null);
                break;
            case Band band:
                Shapes.Path(svg, Outline(band), "band", null, null);
                break;
            case Point point when double.IsFinite(point.X) && double.IsFinite(point.Y):
                svg.Empty("circle", "class", "point", "cx", N(X[point.X]), "cy", N(Y[point.Y]), "r", "6");
                break;
            case Level level:
                svg.Empty("path", "class", "level", "d", new PathData().MoveTo(Box.X, Y[level.Y]).LineTo(Box.Right, Y[level.Y]).ToString());
                DrawLevelName(svg, level);
                break;
            default:
                DrawShape(svg, mark);
                break;
        }

        svg.Close().Line();
    }

    // The name of a level stands where it covers least: right or left end, above or below the line.
    private void DrawLevelName(Markup svg, Level level)
    {
        var (width, y) = (TextWidth.Of(level.Name, 12), Y[level.Y]);
        var others = (this with { Panel = Panel with { Marks = [.. Panel.Marks.Where(mark => mark is not Level)] } }).Obstacles().Where(p => Math.Abs(p.Y - y) < 30).ToArray();
        var (right, above) = new[] { (true, true), (true, false), (false, true), (false, false) }
            .Where(place => place.Item2 ? y - Box.Y > 20 : Box.Bottom - y > 20)
            .DefaultIfEmpty((true, true))
            .MinBy(place => others.Count(p => Covers(place.Item1, place.Item2, p)));
        svg.Element(
            "text", level.Name, "class", "quiet halo", "x", N(right ? Box.Right - 8 : Box.X + 8), "y", N(y + (above ? -6 : 15)),
            "text-anchor", right ? "end" : null);

        bool Covers(bool atRight, bool over, (double X, double Y) p) =>
            (atRight ? p.X > Box.Right - 14 - width : p.X < Box.X + 14 + width) && (over ? p.Y < y + 5 && p.Y > y - 24 : p.Y > y - 5 && p.Y < y + 24);
    }

    private string Outline(Band band)
    {
        var upper = band.X.Select((x, i) => (X: X[x], Low: Y[band.Low[i]], High: Y[band.High[i]])).Where(p => double.IsFinite(p.Low) && double.IsFinite(p.High)).ToList();
        if (upper.Count == 0)
            return "";
        var there = Thinning.Straighten(Thinning.Columns([.. upper.Select(p => (p.X, p.High))]));
        var back = Thinning.Straighten(Thinning.Columns([.. upper.Select(p => (p.X, p.Low))]));
        var path = new PathData().MoveTo(there[0].X, there[0].Y);
        foreach (var (x, y) in there.Skip(1).Concat(back.Reverse()))
            path.LineTo(x, y);
        return path.ClosePath().ToString();
    }

    // A sign at the upper edge: the value is there, only higher than any axis reaches.
    private void Draw(Markup svg, Beyond beyond)
    {
        var x = X[beyond.X];
        svg.Open("g", "class", $"mark {Palette.Class(beyond.Ink)}").Element("title", beyond.Name);
        svg.Element("text", beyond.Text, "class", "infinity halo", "x", N(x), "y", N(Box.Y + 33), "text-anchor", "middle");
        svg.Empty("path", "class", "beyond", "d", new PathData().MoveTo(x - 6, Box.Y + 14).LineTo(x, Box.Y + 3).LineTo(x + 6, Box.Y + 14).ClosePath().ToString());
        svg.Close().Line();
    }

    // Two slanted strokes through the upper edge, as on a broken axis.
    private void Draw(Markup svg, Cut cut)
    {
        var (from, to) = (X[cut.From], X[cut.To]);
        var middle = (from + to) / 2;
        var half = Math.Max((to - from) / 2, 3) + 4;
        svg.Open("g", "class", "mark peak-cut").Element("title", cut.Name);
        svg.Empty("path", "class", "cut-gap", "d", new PathData().MoveTo(middle - half, Box.Y + 1.5).LineTo(middle + half, Box.Y - 1.5).ToString());
        svg.Empty("path", "class", "cut", "d", new PathData()
            .MoveTo(middle - half, Box.Y + 4).LineTo(middle + half, Box.Y)
            .MoveTo(middle - half, Box.Y).LineTo(middle + half, Box.Y - 4).ToString());
        svg.Close().Line();
    }

    private void DrawTicks(Markup svg)
    {
        var path = new PathData();
        svg.Open("g", "class", "tick-labels");
        foreach (var (i, tick) in XTicks.Index())
        {
            path.MoveTo(X[tick.At], Box.Bottom).LineTo(X[tick.At], Box.Bottom + 5);
            if (LabelX)
                svg.Element("text", TextWidth.Fit(tick.Text, 12, 120), "x", N(X[tick.At]), "y", N(Box.Bottom + (!IsCrowded ? 19 : i % 2 == 0 ? 17 : 29)), "text-anchor", "middle");
        }

        foreach (var tick in YTicks)
        {
            path.MoveTo(Box.X, Y[tick.At]).LineTo(Box.X - 5, Y[tick.At]);
            if (LabelY)
                svg.Element("text", tick.Text, "x", N(Box.X - 9), "y", N(Y[tick.At] + 4), "text-anchor", "end");
        }

        svg.Close().Empty("path", "class", "ticks", "d", path.ToString()).Line();
    }

    private void DrawLabels(Markup svg)
    {
        if (LabelX)
            Words.Draw(svg, Panel.X.Label, Box.X + (Box.Width / 2), Box.Bottom + (IsCrowded ? 45 : 40), "axis-label", "middle");
        if (LabelY)
        {
            var x = Box.X - TickWidth(Panel, Box.Height) - 24;
            var y = Box.Y + (Box.Height / 2);
            Words.Draw(svg, Panel.Y.Label, x, y, "axis-label", "middle", $"rotate(-90 {N(x)} {N(y)})");
        }

        DrawUprightLabels(svg);
        if (Panel.Title is { } title)
            Words.Draw(svg, title, Box.X + (Box.Width / 2), Box.Y - 7, "panel-title", "middle");
    }
}
