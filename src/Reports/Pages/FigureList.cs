using SweepCluster.Reports.Service;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>
/// Figures on a page: each a picture that needs no script, with its words and its downloads. The script makes of it a figure that
/// answers to a pointer and to keys.
/// </summary>
internal static class FigureList
{
    private const int WorthContents = 6;

    /// <param name="folder">Where the figures' addresses begin.</param>
    /// <param name="query">What their addresses end in.</param>
    /// <param name="choice">Writes what is asked below the heading.</param>
    public static void Write(Markup page, IReadOnlyList<FigureCard> figures, string folder, string query = "", bool linked = true, Action? choice = null)
    {
        page.Open("section", "id", "figures-section", "aria-labelledby", "figures").Line().Element("h2", "Figures", "id", "figures").Line();
        choice?.Invoke();
        if (figures.Count == 0)
            page.Element("p", "Nothing to draw yet: the store holds no losses, fits or snapshots of it.", "class", "empty").Line();
        if (figures.Count >= WorthContents)
            WriteContents(page, figures);
        foreach (var figure in figures)
            WriteOne(page, figure, folder, query, linked);
        page.Close().Line();
    }

    public static void WriteOne(Markup page, FigureCard figure, string folder, string query, bool linked, bool lazy = true)
    {
        var address = $"{folder}{figure.Name}";
        page.Open("figure", "id", "see-" + figure.Name, "data-figure", $"{address}.svg{query}").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", figure.Title);
        page.Empty("img", "src", $"{address}.svg{query}", "alt", $"{figure.Title}. {figure.Caption}", "width", "760", "height", "480", "loading", lazy ? "lazy" : null).Close().Line();
        page.Open("figcaption");
        if (figure.Caption is { } caption)
            page.Element("p", caption);
        foreach (var note in figure.Notes)
            page.Element("p", note, "class", "note");
        page.Open("p", "class", "file");
        if (linked)
            page.Element("a", figure.Title, "href", $"{address}{query}", "aria-label", $"{figure.Title}, by itself").Text(" · ");
        page.Element("a", "SVG", "href", $"{address}.svg{query}", "download", $"{figure.Name}.svg", "aria-label", $"{figure.Title} as SVG").Text(" · ")
            .Element("a", "CSV", "href", $"{address}.csv{query}", "aria-label", $"Numbers of {figure.Title} as CSV").Text(" · ")
            .Element("a", "JSON", "href", $"{address}.json{query}", "aria-label", $"Numbers of {figure.Title} as JSON");
        page.Close().Close().Line().Close().Line();
    }

    private static void WriteContents(Markup page, IReadOnlyList<FigureCard> figures)
    {
        page.Open("nav", "aria-label", "Figures").Open("ul", "class", "contents").Line();
        foreach (var figure in figures)
            page.Open("li").Element("a", figure.Title, "href", "#see-" + figure.Name).Close().Line();
        page.Close().Close().Line();
    }
}
