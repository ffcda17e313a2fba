using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Live;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>A sweep's page in the service: its finding, its progress while it trains, its best trials, its figures.</summary>
internal static class LivePage
{
    private const int Again = 10;
    private const int MostMeasures = 66;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="live">Null for a sweep that has ended.</param>
    public static string Of(ListedSweep sweep, SweepView view, LiveState? live, Caller caller)
    {
        var address = $"/sweeps/{Uri.EscapeDataString(sweep.Id)}";
        return WebFrame.Of(
            TextWidth.Fit(sweep.Name, 1, 60), caller,
            page =>
            {
                WriteHead(page, sweep, view);
                if (live is not null)
                    WriteLive(page, address, live);
                WriteActions(page, sweep, view, address, caller);
                page.Raw(view.ConfigurationsTable).Raw(view.DiagnosisTable);
                WriteTrials(page, view, sweep, address);
                FigureList.Write(page, view.Figures, $"{address}/figures/", view.Measures.Shown == view.Measures.Objective ? "" : FigureApi.QueryOf(view.Measures.Shown.Name), choice: () => WriteChoice(page, view.Measures));
                page.Open("section", "aria-labelledby", "specification").Line().Element("h2", "Specification", "id", "specification").Line();
                page.Open("details").Element("summary", "What was asked for, as the store holds it");
                page.Element("pre", JsonSerializer.Serialize(view.Sweep.Specification, Readable), "tabindex", "0").Close().Close().Line();
            },
            live is null ? 0 : Again);
    }

    private static void WriteHead(Markup page, ListedSweep sweep, SweepView view)
    {
        page.Open("div", "id", "head").Line();
        page.Open("p", "class", "kicker").Text("Sweep ").Element("code", sweep.Id).Text(" ");
        ListPage.WriteState(page, sweep.State);
        page.Text($" launched {sweep.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC").Close().Line();
        page.Open("h1", "class", sweep.Name.Length > 80 ? "long" : null, "tabindex", sweep.Name.Length > 400 ? "0" : null).Element("bdi", sweep.Name.Length > 0 ? sweep.Name : "(no name)").Close().Line();
        page.Open("div", "class", "finding").Line();
        foreach (var sentence in view.Finding)
            page.Element("p", sentence).Line();
        page.Close().Line().Close().Line();
    }

    private static void WriteLive(Markup page, string address, LiveState live)
    {
        page.Open("section", "id", "live", "aria-labelledby", "progress", "data-live", $"{address}/events").Line().Element("h2", "Progress", "id", "progress").Line();
        page.Open("p", "class", "line").Open("progress", "max", $"{Math.Max(1, live.Trials)}", "value", $"{live.Ended}", "aria-labelledby", "progress").Close()
            .Text(" ").Element("span", $"{live.Ended:N0} of {live.Trials:N0} trials ended", "data-field", "ended", "role", "status").Close().Line();
        page.Open("ul", "class", "counts", "aria-label", "Trials by state").Line();
        foreach (var state in Enum.GetNames<TrialState>())
        {
            var count = live.Counts.GetValueOrDefault(state);
            page.Open("li", "data-state", state, "hidden", count == 0 ? "" : null).Element("strong", $"{count:N0}").Text(" ");
            ListPage.WriteState(page, state);
            page.Close().Line();
        }

        page.Close().Line().Element("p", live.Note ?? "", "class", "note", "data-field", "note", "role", "status", "hidden", live.Note is null ? "" : null).Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Trials being trained", "data-field", "running", "hidden", live.Running.Count == 0 ? "" : null);
        page.Open("table").Open("thead").Open("tr");
        foreach (var name in (string[])["trial", "configuration", "epoch", "training loss", "validation loss"])
            page.Element("th", name, "scope", "col");
        page.Close().Close().Open("tbody").Line();
        foreach (var trial in live.Running)
        {
            page.Open("tr").Open("td").Element("a", $"{trial.Id}", "href", $"/trials/{trial.Id}").Close()
                .Element("td", trial.Label).Element("td", $"{trial.Epoch}").Element("td", trial.Training).Element("td", trial.Validation).Close().Line();
        }

        page.Close().Close().Close().Line().Close().Line();
    }

    private static void WriteActions(Markup page, ListedSweep sweep, SweepView view, string address, Caller caller)
    {
        page.Open("nav", "id", "actions", "class", "actions", "aria-label", "This sweep").Line();
        page.Element("a", sweep.Trials == 1 ? "Its one trial" : $"All {ListPage.Grouped(sweep.Trials)} trials", "href", $"{address}/trials").Line();
        page.Element("a", "trials.csv", "href", $"{address}/trials.csv").Line();
        page.Element("a", "losses.csv", "href", $"{address}/losses.csv").Line();
        if (view.Measures.Metrics.Count > 0)
            page.Element("a", "metrics.csv", "href", $"{address}/metrics.csv").Line();
        if (sweep.IsOpen && sweep.State != "Cancelled" && caller.MayLaunch)
        {
            // Without a script the answer page asks; with one nothing more is needed than this second button.
            page.Open("details", "class", "sure").Element("summary", "Cancel this sweep");
            WebFrame.Post(page, $"{address}/cancel").Element("p", "Trials that have ended keep their results; the others will not be trained.")
                .Element("button", "Cancel it", "type", "submit", "class", "danger").Close().Close().Line();
        }

        page.Close().Line();
    }

    // A form of its own accord: it needs no script.
    private static void WriteChoice(Markup page, Measures measures)
    {
        var all = measures.All.ToArray();
        if (measures.Metrics.Count == 0 && measures.Objective.IsDefault)
            return;
        page.Open("form", "method", "get", "action", "#figures", "class", "filters").Line();
        ListPage.WriteChoice(page, "Compare trials by", "by", measures.Shown.Name, all.Take(MostMeasures).Select(measure => (measure.Name, measure == measures.Objective ? $"{measure.Title}, the objective" : measure.Title)));
        page.Element("button", "Show", "type", "submit").Close().Line();
    }

    private static void WriteTrials(Markup page, SweepView view, ListedSweep sweep, string address)
    {
        page.Open("section", "id", "trials-section", "aria-labelledby", "trials").Line();
        var all = view.Leading.Count == sweep.Trials;
        page.Element("h2", all ? "Trials" : view.Measures.Objective.IsDefault ? "Trials that end lowest" : $"Trials with the best {view.Measures.Objective.Title}", "id", "trials").Line();
        if (!all)
        {
            page.Open("p").Text($"{view.Leading.Count} of {ListPage.Grouped(sweep.Trials)}; ").Element("a", "all of them, by pages", "href", $"{address}/trials")
                .Text(" with filters.").Close().Line();
        }

        TrialRowsTable.Write(page, "Table of trials", view.Keys, view.Measures, view.Leading, view.Best, view.Noise);
        page.Close().Line();
    }
}
