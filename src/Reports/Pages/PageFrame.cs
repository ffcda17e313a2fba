using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>What every page of a report begins and ends with.</summary>
internal static class PageFrame
{
    /// <summary>Up to the opened body.</summary>
    public static void Open(Markup page, string title)
    {
        page.Raw("<!doctype html>\n").Open("html", "lang", "en").Line().Open("head").Line();
        page.Empty("meta", "charset", "utf-8").Line();
        page.Empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").Line();

        // Whatever a hostile name smuggled in could run or load nothing.
        page.Empty("meta", "http-equiv", "Content-Security-Policy", "content", "default-src 'none'; style-src 'unsafe-inline'").Line();
        page.Empty("meta", "name", "color-scheme", "content", "light dark").Line();
        page.Element("title", title).Line();
        page.Open("style").Raw("\n" + PageStyle.Text).Close().Line().Close().Line();
        page.Open("body").Line();
    }

    public static string Close(Markup page) => page.Close().Line().Close().Line().ToString();
}
