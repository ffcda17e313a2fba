using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Comparison;
using SweepCluster.Reports.Service;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>A trial's page in the service.</summary>
internal static class TrialWebPage
{
    private const int Again = 10;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(TrialView view, Caller caller)
    {
        var title = view.Who.Length > 0 ? view.Who : "The trial";
        var open = view.Trial.State is "Pending" or "Running";
        var sweep = $"/sweeps/{Uri.EscapeDataString(view.SweepId)}";
        return WebFrame.Of(
            $"{TextWidth.Fit(title, 1, 50)} · {TextWidth.Fit(view.SweepName, 1, 30)}", caller,
            page =>
            {
                page.Open("div", "id", "head", "data-renew", open ? "3" : null).Line();
                page.Open("p", "class", "kicker").Element("a", TextWidth.Fit(view.SweepName.Length > 0 ? view.SweepName : view.SweepId, 1, 60), "href", sweep).Text($" · trial {view.Trial.Id} ");
                ListPage.WriteState(page, view.Trial.State);
                page.Close().Line().Open("h1", "class", title.Length > 80 ? "long" : null).Element("bdi", title).Close().Line();
                page.Open("div", "class", "finding").Line();
                foreach (var sentence in view.Sentences)
                    page.Element("p", sentence).Line();
                page.Close().Line().Raw(view.Facts).Close().Line();
                FigureList.Write(page, [.. view.Prints.Values.Select(print => print.Card)], $"/trials/{view.Trial.Id}/figures/");
                page.Raw(view.Attempts);
                page.Open("section", "aria-labelledby", "configuration").Line().Element("h2", "Configuration", "id", "configuration").Line();
                page.Element("pre", JsonSerializer.Serialize(view.Trial.Configuration, Readable), "tabindex", "0").Close().Line();
            },
            open ? Again : 0);
    }
}

/// <summary>One figure by itself, with its words and its downloads.</summary>
internal static class FigurePage
{
    /// <param name="back">Address and name of the page it belongs to.</param>
    public static string Of(FigurePrint print, string folder, string query, (string Address, string Name) back, Caller caller) => WebFrame.Of(
        $"{print.Card.Title} · {TextWidth.Fit(back.Name, 1, 40)}", caller,
        page =>
        {
            page.Open("p", "class", "kicker").Element("a", TextWidth.Fit(back.Name, 1, 60), "href", back.Address).Close().Line();
            page.Element("h1", print.Card.Title).Line();
            if (print.Subtitle.Length > 0)
                page.Element("p", print.Subtitle).Line();
            FigureList.WriteOne(page, print.Card, folder, query, linked: false, lazy: false);
        });
}

/// <summary>Sweeps side by side.</summary>
internal static class ComparePage
{
    public static string Of(ComparisonView view, string query, Caller caller) => WebFrame.Of(
        "Comparison", caller,
        page =>
        {
            page.Element("h1", $"{view.Rows.Count} sweeps side by side").Line();
            page.Open("div", "class", "finding").Line();
            foreach (var sentence in Sentences(view.Rows, view.Measure).Concat(view.ObjectivesDiffer ? ["Their objectives differ: each stands here with its own best configuration, and they are compared by validation loss."] : []))
                page.Element("p", sentence).Line();
            page.Close().Line();
            page.Open("section", "aria-labelledby", "results").Line().Element("h2", "Results", "id", "results").Line();
            WriteResults(page, view);
            page.Close().Line();
            FigureList.Write(page, [.. view.Prints.Values.Select(print => print.Card)], "/compare/figures/", query);
            WriteDifferences(page, view);
        });

    internal static IEnumerable<string> Sentences(IReadOnlyList<ComparedRow> rows, Measure? measure = null)
    {
        measure ??= Measure.Validation;
        var best = rows.Where(row => row.Value is not null).OrderBy(row => measure.Turn(row.Value!.Value)).ToArray();
        if (best.Length == 0)
        {
            yield return $"No trial of these sweeps has finished with {(measure.IsLoss ? "a " : "")}{measure.Title} yet.";
            yield break;
        }

        var first = best[0];
        yield return $"{Name(first)} ends {(measure.Maximizes == true ? "highest" : "lowest")}, with {(measure.IsLoss ? "a " : "")}{measure.Title} of {Finding.Loss(first.Value)}{(first.Best.Length > 0 ? $" at {first.Best}" : "")}.";
        if (best.Length > 1)
            yield return $"The next, {Name(best[1])}, ends at {Finding.Loss(best[1].Value)}{(measure.IsLoss ? $", {Times(best[1].Value!.Value / first.Value!.Value)}" : "")}.";
        if (measure.IsLoss && rows.Select(row => row.Noise).OfType<double>().Select(noise => Math.Round(noise, 12)).Distinct().Count() > 1)
            yield return "Their data have different noise, so the losses do not compare directly; compare them over the irreducible error.";
    }

    private static string Times(double ratio) => ratio < 1.005 ? "as low" : $"{ratio.ToString(ratio < 10 ? "0.##" : "0", CultureInfo.InvariantCulture)} times as much";

    private static string Name(ComparedRow row) => $"{TextWidth.Fit(row.Sweep.Name, 1, 40)} ({row.Sweep.Id})";

    private static void WriteResults(Markup page, ComparisonView view)
    {
        var rows = view.Rows;
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of results").Open("table", "class", "words").Open("thead").Open("tr");
        foreach (var (name, isNumber) in ((string, bool)[])[("sweep", false), ("state", false), ("trials", true), ("best configuration", false), (view.Measure.Title, true), ("95 % interval", true), ("× noise", true), ("time", true)])
            page.Element("th", name, "scope", "col", "class", isNumber ? "number" : null);
        page.Close().Close().Open("tbody").Line();
        var first = rows.Where(row => row.Value is not null).MinBy(row => view.Measure.Turn(row.Value!.Value));
        foreach (var row in rows)
        {
            page.Open("tr", "class", row == first ? "best" : null).Open("td").Element("a", TextWidth.Fit(row.Sweep.Name, 1, 40), "href", $"/sweeps/{row.Sweep.Id}").Text(" ").Element("code", row.Sweep.Id).Close().Open("td");
            ListPage.WriteState(page, row.Sweep.State);
            page.Close().Element("td", ListPage.Grouped(row.Sweep.Trials), "class", "number").Element("td", TextWidth.Fit(row.Best.Length > 0 ? row.Best : "–", 1, 60)).Element("td", Finding.Loss(row.Value), "class", "number");
            page.Element("td", row.Over is { } over ? $"{Finding.Loss(over.Low)} to {Finding.Loss(over.High)} ({over.Count} replicates)" : "–", "class", "number");
            page.Element("td", view.Measure.IsLoss && row is { Value: { } loss, Noise: > 0 and { } noise } ? (loss / noise).ToString("0.0", CultureInfo.InvariantCulture) : "–", "class", "number");
            page.Element("td", row.Sweep.FinishedAt is null ? "–" : Time(TimeSpan.FromSeconds(row.Seconds)), "class", "number").Close().Line();
        }

        page.Close().Close().Close().Line();
    }

    private static string Time(TimeSpan time) =>
        time.TotalMinutes < 1 ? $"{time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : $"{((int)time.TotalHours).ToString(CultureInfo.InvariantCulture)}:{time.ToString(@"mm\:ss", CultureInfo.InvariantCulture)} h";

    private static void WriteDifferences(Markup page, ComparisonView view)
    {
        page.Open("section", "aria-labelledby", "differences").Line().Element("h2", "What was asked differently", "id", "differences").Line();
        if (view.Differences.Count == 0)
        {
            page.Element("p", "Nothing: their specifications are the same.").Close().Line();
            return;
        }

        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of differences").Open("table", "class", "words").Open("thead").Open("tr").Element("th", "key", "scope", "col");
        foreach (var row in view.Rows)
            page.Element("th", $"{TextWidth.Fit(row.Sweep.Name, 1, 24)} {row.Sweep.Id}", "scope", "col");
        page.Close().Close().Open("tbody").Line();
        foreach (var (key, values) in view.Differences)
        {
            page.Open("tr").Element("th", TextWidth.Fit(key, 1, 60), "scope", "row");
            foreach (var value in values)
                page.Element("td", TextWidth.Fit(value, 1, 60));
            page.Close().Line();
        }

        page.Close().Close().Close().Line().Close().Line();
    }
}
