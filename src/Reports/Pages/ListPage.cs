using System.Globalization;
using Microsoft.AspNetCore.Http;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>The list of sweeps: search, order, pages, and marks for a comparison.</summary>
internal static class ListPage
{
    private static readonly (SweepOrder Order, string Name)[] Orders =
        [(SweepOrder.Newest, "Newest first"), (SweepOrder.Oldest, "Oldest first"), (SweepOrder.Name, "By name"), (SweepOrder.Largest, "Most trials first")];

    public static string Of(HttpRequest request, RowPage<ListedSweep> sweeps, Caller caller)
    {
        var open = sweeps.Rows.Any(sweep => sweep.IsOpen);
        return WebFrame.Of(
            "Sweeps", caller,
            page =>
            {
                page.Element("h1", "Sweeps").Line();
                WriteSearch(page, request);
                page.Open("div", "id", "sweeps", "data-renew", open ? "5" : null).Line();
                if (sweeps.Rows.Count == 0)
                    WriteNothing(page, request, caller);
                else
                    WriteTable(page, request, sweeps);
                page.Close().Line();
            },
            open ? 15 : 0);
    }

    public static void WriteState(Markup page, string state) => page.Element("span", state, "class", $"state {state.ToLowerInvariant()}");

    /// <summary>How much of a sweep has ended, for eyes; the numbers stand beside it.</summary>
    public static void WriteShare(Markup page, long completed, long failed, long trials) => page.Open("progress", "max", Number(Math.Max(1, trials)), "value", Number(completed + failed), "aria-label", $"{completed + failed} of {trials} trials ended").Close();

    /// <summary>Links to the pages beside this one.</summary>
    public static void WritePages(Markup page, HttpRequest request, string? next, string? previous)
    {
        if (next is null && previous is null)
            return;
        page.Open("nav", "aria-label", "Pages", "class", "pages").Line();
        if (previous is not null)
        {
            page.Element("a", "First page", "href", Query.Address(request, "after", null)).Line();
            page.Element("a", "← Previous", "href", previous, "rel", "prev").Line();
        }

        if (next is not null)
            page.Element("a", "Next →", "href", next, "rel", "next").Line();
        page.Close().Line();
    }

    public static void WriteChoice(Markup page, string label, string name, string chosen, IEnumerable<(string Value, string Name)> choices)
    {
        page.Open("label").Text(label).Line().Open("select", "name", name);
        foreach (var (value, text) in choices)
            page.Element("option", text, "value", value, "selected", value.Equals(chosen, StringComparison.OrdinalIgnoreCase) ? "" : null);
        page.Close().Close().Line();
    }

    private static void WriteSearch(Markup page, HttpRequest request)
    {
        page.Open("form", "method", "get", "action", "/", "role", "search", "class", "filters").Line();
        page.Open("label").Text("Name or id").Line().Empty("input", "type", "search", "name", "search", "value", Query.Search(request.Query), "maxlength", "200").Close().Line();
        WriteChoice(page, "State", "state", request.Query["state"].ToString(), Enum.GetNames<SweepState>().Select(state => (state, state)).Prepend(("", "Any")));
        WriteChoice(page, "Order", "sort", request.Query["sort"].ToString(), Orders.Select(order => (order.Order.ToString(), order.Name)));
        page.Element("button", "Show", "type", "submit").Close().Line();
    }

    private static void WriteNothing(Markup page, HttpRequest request, Caller caller)
    {
        if (request.Query.Keys.Any(key => key is "search" or "state" or "after" or "before"))
            page.Open("p", "class", "empty").Text("No sweep fits. ").Element("a", "Show all sweeps", "href", "/").Close().Line();
        else
        {
            page.Open("div", "class", "empty").Element("p", "This store holds no sweeps yet.").Open("p").Text("Start one with ").Element("code", "sweep run examples/plain.yaml");
            if (caller.MayLaunch)
                page.Text(", or ").Element("a", "launch a sweep file", "href", "/launch").Text(" for the silos of this store");
            page.Text(".").Close().Close().Line();
        }
    }

    private static void WriteTable(Markup page, HttpRequest request, RowPage<ListedSweep> sweeps)
    {
        page.Open("form", "method", "get", "action", "/compare").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of sweeps").Open("table", "class", "sweeps").Line().Open("thead").Open("tr");
        page.Open("th", "scope", "col").Element("span", "Compare", "class", "hidden").Close();
        foreach (var name in (string[])["name", "id", "state", "progress", "trials", "failed", "launched (UTC)"])
            page.Element("th", name, "scope", "col", "class", name is "trials" or "failed" ? "number" : null);
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var sweep in sweeps.Rows)
            WriteRow(page, sweep);
        page.Close().Close().Close().Line();
        page.Open("p").Element("button", "Compare the marked sweeps", "type", "submit").Close().Line().Close().Line();
        var (next, previous) = Query.Beside(request, sweeps, sweep => sweep.Id);
        WritePages(page, request, next, previous);
    }

    private static void WriteRow(Markup page, ListedSweep sweep)
    {
        var name = TextWidth.Fit(sweep.Name, 1, 48);
        page.Open("tr");
        page.Open("td").Empty("input", "type", "checkbox", "name", "sweep", "value", sweep.Id, "aria-label", $"Compare {name}, {sweep.Id}").Close();
        page.Open("td", "class", "name").Open("a", "href", $"/sweeps/{Uri.EscapeDataString(sweep.Id)}").Element("bdi", name.Length > 0 ? name : "(no name)").Close().Close();
        page.Open("td").Element("code", sweep.Id).Close().Open("td");
        WriteState(page, sweep.State);
        page.Close().Open("td");
        WriteShare(page, sweep.Completed, sweep.Failed, sweep.Trials);
        page.Close().Element("td", Grouped(sweep.Trials), "class", "number").Element("td", sweep.Failed > 0 ? Grouped(sweep.Failed) : "–", "class", "number");
        page.Element("td", sweep.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)).Close().Line();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
