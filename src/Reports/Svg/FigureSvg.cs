using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>Draws a figure: the same record gives the same bytes on every machine.</summary>
internal static class FigureSvg
{
    private const double Width = 760;
    private const double Edge = 16;
    private const double Head = 58;
    private const double HeadWithoutSubtitle = 42;
    private const double Foot = 50;

    public static string Draw(Figure figure)
    {
        var id = "figure-" + figure.Name;
        if (figure.Panels.Count == 0)
            return DrawEmpty(figure, id);
        var shapes = new SharedShapes(id);
        var rows = (figure.Panels.Count + figure.Columns - 1) / figure.Columns;
        var heights = RowHeights(figure, rows);
        var (sharedX, sharedY) = (SameBelow(figure), SameBeside(figure));
        var tickWidth = figure.Panels.Select((panel, i) => PanelSvg.TickWidth(panel, heights[i / figure.Columns])).Max();
        var left = Edge + 30 + tickWidth;
        var (between, gap) = (figure.Columns > 1 ? sharedY ? 24 : 54 + tickWidth : 0, figure.Panels.Any(panel => panel.Title is not null) ? 34 : 22);
        gap += sharedX ? 0 : 38;
        var width = (Width - left - Edge - (between * (figure.Columns - 1))) / figure.Columns;

        var outside = OutsideLegend(figure, id, width, heights[0]);
        if (outside is not null)
            width -= (outside.Width + 12) / figure.Columns;

        var svg = new Markup();
        var body = heights.Sum() + (gap * (rows - 1));
        var top = (figure.Subtitle.Length > 0 ? Head : HeadWithoutSubtitle) + (figure.Panels[0].Title is null ? 0 : 14) + (figure.Panels[0].Marks.Any(mark => mark is Upright) ? 18 : 0);
        var height = top + Math.Max(body, outside?.Height ?? 0) + Foot;
        Start(svg, figure, id, height);
        var y = top;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < figure.Columns; column++)
            {
                var i = (row * figure.Columns) + column;
                if (i >= figure.Panels.Count)
                    break;
                var panel = new PanelSvg(
                    figure.Panels[i], new Box(0, 0, width, heights[row]), $"{id}-panel{i}",
                    LabelX: !sharedX || i + figure.Columns >= figure.Panels.Count, LabelY: column == 0 || !sharedY, shapes);
                var x = left + (column * (width + between));
                svg.Open("g", "transform", $"translate({Markup.Number(x)} {Markup.Number(y)})").Line();
                panel.Draw(svg);
                if (i == 0 && outside is null && figure.Legend is { Entries.Count: > 0 } legend && Place(legend, panel) is { } place)
                    place.Legend.Draw(svg, place.At.X, place.At.Y);
                svg.Close().Line();
            }

            y += heights[row] + gap;
        }

        outside?.Draw(svg, Width - Edge - outside.Width, top);
        return svg.Close().Line().ToString();
    }

    // Panels above one another share their axis when all show the same range; likewise panels beside one another.
    private static bool SameBelow(Figure figure) =>
        Enumerable.Range(0, Math.Max(0, figure.Panels.Count - figure.Columns)).All(i => Same(figure.Panels[i].X, figure.Panels[i + figure.Columns].X));

    private static bool SameBeside(Figure figure) =>
        Enumerable.Range(0, figure.Panels.Count).Where(i => i % figure.Columns > 0).All(i => Same(figure.Panels[i - 1].Y, figure.Panels[i].Y));

    private static bool Same(Axis one, Axis other) => one.Low == other.Low && one.High == other.High && one.Label.ToString() == other.Label.ToString();

    private static string DrawEmpty(Figure figure, string id)
    {
        const double height = 150;
        var svg = new Markup();
        Start(svg, figure, id, height);
        svg.Element("text", TextWidth.Fit(figure.Caption, 13, Width - (2 * Edge)), "class", "axis-label", "x", Markup.Number(Edge), "y", "84");
        return svg.Close().Line().ToString();
    }

    private static double[] RowHeights(Figure figure, int rows)
    {
        var usual = rows == 1 ? 370 : figure.Columns > 1 || rows > 2 ? 118.0 : 180;
        return [.. Enumerable.Range(0, rows).Select(row => usual * figure.Panels[row * figure.Columns].Share)];
    }

    private static void Start(Markup svg, Figure figure, string id, double height)
    {
        svg.Open(
            "svg", "xmlns", "http://www.w3.org/2000/svg", "id", id, "class", "sweep-figure", "viewBox", $"0 0 {Markup.Number(Width)} {Markup.Number(height)}",
            "width", Markup.Number(Width), "height", Markup.Number(height), "role", "img", "aria-labelledby", $"{id}-title {id}-desc").Line();
        svg.Element("title", figure.Title, "id", id + "-title").Line();
        svg.Element("desc", Description(figure), "id", id + "-desc").Line();
        svg.Open("style").Raw("\n" + Palette.StyleSheet(id, Inks(figure)) + Palette.ShapeStyle(id, figure)).Close().Line();
        svg.Empty("rect", "class", "paper", "width", "100%", "height", "100%").Line();
        svg.Element("text", TextWidth.Fit(figure.Title, 16, Width - (2 * Edge)), "class", "title", "x", Markup.Number(Edge), "y", "26");
        if (figure.Subtitle.Length > 0)
            svg.Element("text", TextWidth.Fit(figure.Subtitle, 12, Width - (2 * Edge)), "class", "subtitle", "x", Markup.Number(Edge), "y", "44");
        svg.Line();
    }

    private static string Description(Figure figure) =>
        string.Join(' ', new[] { figure.Subtitle.Length > 0 ? figure.Subtitle + "." : "", figure.Caption }.Concat(figure.Notes ?? []).Where(s => s.Length > 0));

    private static IEnumerable<Ink> Inks(Figure figure) =>
        figure.Panels.SelectMany(panel => panel.Marks).Select(mark => mark.Ink).Concat(figure.Legend?.Entries.Select(entry => entry.Ink) ?? []);

    private static LegendBox? OutsideLegend(Figure figure, string id, double width, double height)
    {
        if (figure.Legend is not { Entries.Count: > 0 } legend)
            return null;
        var panel = new PanelSvg(figure.Panels[0], new Box(0, 0, width, height), id, true, true, new SharedShapes(id));
        return Place(legend, panel) is null ? new LegendBox(legend, 1) : null;
    }

    private static (LegendBox Legend, Box At)? Place(Legend legend, PanelSvg panel) =>
        LegendBox.Inside(legend, panel.Box, [.. panel.Obstacles()]);
}
