using SweepCluster.Reports.Access;
using SweepCluster.Reports.Service;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>What every page of the service begins and ends with.</summary>
internal static class WebFrame
{
    /// <param name="caller">Null on pages for strangers: they see no ways further.</param>
    /// <param name="body">Writes what stands inside <c>main</c>.</param>
    /// <param name="again">Without a script the page is loaded again after so many seconds; 0: never.</param>
    public static string Of(string title, Caller? caller, Action<Markup> body, int again = 0)
    {
        var page = new Markup();
        page.Raw("<!doctype html>\n").Open("html", "lang", "en").Line().Open("head").Line();
        page.Raw("<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.Element("title", $"{title} · SweepCluster").Line();
        page.Empty("link", "rel", "icon", "href", Assets.Address("icon.svg"), "type", "image/svg+xml").Line();
        page.Empty("link", "rel", "stylesheet", "href", Assets.Address("reports.css")).Line();
        page.Open("script", "src", Assets.Address("reports.js"), "defer", "").Close().Line();
        if (again > 0)
            page.Raw($"<noscript><meta http-equiv=\"refresh\" content=\"{again}\"></noscript>\n");
        page.Close().Line().Open("body").Line();
        page.Element("a", "Skip to the content", "class", "skip", "href", "#main").Line();
        WriteBar(page, caller);
        page.Open("main", "id", "main", "tabindex", "-1").Line();
        body(page);
        page.Close().Line();
        page.Open("footer").Element("p", "Everything here is drawn from the store alone.").Close().Line();
        return page.Close().Line().Close().Line().ToString();
    }

    /// <summary>A form that changes something.</summary>
    public static Markup Post(Markup page, string action, string? css = null) => page.Open("form", "method", "post", "action", action, "class", css);

    private static void WriteBar(Markup page, Caller? caller)
    {
        page.Open("header", "class", "bar").Line();
        page.Open("nav", "aria-label", "Site").Line();
        page.Element("a", "SweepCluster", "href", "/", "class", "home");
        if (caller is not null)
        {
            page.Line().Element("a", "Sweeps", "href", "/");
            if (caller.MayLaunch)
                page.Line().Element("a", "Launch", "href", "/launch");
            page.Line().Element("a", "API", "href", "/api/openapi.json");
            if (caller.IsSignedIn)
            {
                Post(page.Line(), "/logout").Element("button", "Sign out", "type", "submit", "class", "plain").Close();
            }
        }

        page.Line().Close().Line().Close().Line();
    }
}
