using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

internal sealed record DrawnFigure(Figure Figure, string Svg);

/// <summary>The report's one page: a whole of its own that opens from disk, without a script, in light and dark, on paper and narrow screens.</summary>
internal static class SweepPage
{
    // A table longer than a screen would hide the figures.
    private const int MostRowsBeforeFigures = 30;
    private const int MostMetrics = 6;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="trialPages">By trial, the address of its own page where it has one.</param>
    public static string Of(SweepResults results, IReadOnlyList<DrawnFigure> figures, IReadOnlyDictionary<long, string>? trialPages = null)
    {
        trialPages ??= new Dictionary<long, string>();
        var name = results.Sweep.Name;
        var page = new Markup();
        PageFrame.Open(page, $"{TextWidth.Fit(name, 1, 60)} · sweep report");
        WriteHeader(page, results);
        page.Open("main").Line();
        var tableFirst = results.Trials.Count <= MostRowsBeforeFigures;
        ConfigurationsTable.Write(page, results, "summary.json has all");
        DiagnosisTable.Write(page, results);
        if (tableFirst)
            WriteTrials(page, results, trialPages);
        WriteFigures(page, figures, results.Table);
        if (!tableFirst)
            WriteTrials(page, results, trialPages);
        WriteSpecification(page, results);
        page.Close().Line();
        WriteFooter(page, results.Table.Measures.Metrics.Count > 0);
        return PageFrame.Close(page);
    }

    private static void WriteHeader(Markup page, SweepResults results)
    {
        page.Open("header").Line();
        page.Open("p", "class", "kicker").Text("Sweep ").Element("code", results.Sweep.Id).Text($" · {results.Sweep.State}").Close().Line();
        page.Open("h1", "class", results.Sweep.Name.Length > 80 ? "long" : null).Element("bdi", results.Sweep.Name).Close().Line();
        page.Open("div", "class", "finding").Line();
        foreach (var sentence in Finding.Of(results))
            page.Element("p", sentence).Line();
        page.Close().Line().Close().Line();
    }

    private static void WriteTrials(Markup page, SweepResults results, IReadOnlyDictionary<long, string> trialPages)
    {
        if (results.Trials.Count == 0)
            return;
        var axes = results.Grid.Axes;
        var replicates = results.Table.Columns.Replicates > 1;
        var shown = Ordered(results);
        page.Open("section", "aria-labelledby", "trials").Line().Element("h2", "Trials", "id", "trials").Line();
        if (shown.Count < results.TrialCount)
            page.Element("p", $"The best {shown.Count:N0} of {results.TrialCount:N0}; trials.csv has all of them.").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of trials").Open("table").Line().Open("thead").Open("tr");
        foreach (var axis in axes)
            Header(page, axis.Symbol, axis.Key);
        if (replicates)
            Header(page, "replicate", null);
        foreach (var (label, title) in Columns(results))
            Header(page, label, title);
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var trial in shown)
            WriteTrial(page, results, trial, axes, replicates, trialPages.GetValueOrDefault(trial.Id));
        page.Close().Close().Close().Line();
        WriteReasons(page, results, shown);
        page.Close().Line();
    }

    private static void WriteReasons(Markup page, SweepResults results, List<TrialRow> shown)
    {
        var told = shown.Where(trial => trial.Error is { Length: > 0 }).ToArray();
        if (told.Length == 0)
            return;
        page.Open("ul", "class", "reasons").Line();
        foreach (var trial in told)
        {
            var who = string.Join(", ", results.Grid.Axes.Select(axis => axis.Equation(axis[trial])).Append($"replicate {trial.Replicate}"));
            page.Element("li", $"{TextWidth.Fit(who, 1, 60)}: {trial.State}, {TextWidth.Fit(trial.Error!, 1, 120)}").Line();
        }

        page.Close().Line();
    }

    private static string Loss(SweepResults results) => results.Loss switch { "huber" => "Huber's loss", "cross_entropy" => "Cross-entropy", _ => "Mean squared error" };

    private static IEnumerable<(Label Label, string? Title)> Columns(SweepResults results)
    {
        yield return ("training loss", $"{Loss(results)} over the last epoch, without penalty");
        yield return ("validation loss", $"{Loss(results)} after the last epoch, without penalty");
        if (results.Trials.Any(trial => trial.TestLoss is not null))
            yield return ("test loss", null);
        foreach (var name in results.Table.Measures.Columns(MostMetrics))
            yield return (TextWidth.Fit(name, 1, 24), name == results.Table.Measures.Objective.Name ? "The sweep's objective, as its program last reported it" : "As its program last reported it");
        if (results.Noise is not null)
            yield return ("× noise", "Validation loss over the irreducible error");
        yield return (Label.Italic("H") + "(" + Label.Italic("θ") + ")", "Entropy of the trained parameters' distribution, nats");
        yield return ((Label)"D" + Label.Subscript("KL"), "Relative entropy of the initial to the trained distribution, nats");
        yield return ("epochs", null);
        yield return ("seconds", null);
        if (NotAllCompleted(results))
            yield return ("state", null);
        yield return ((Label)"θ SHA-256", "First eight digits; summary.json has all");
    }

    private static void WriteTrial(Markup page, SweepResults results, TrialRow trial, IReadOnlyList<GridAxis> axes, bool replicates, string? address)
    {
        var isBest = results.Best is { } best && results.Table.Columns.Id[best.Row] == trial.Id;
        page.Open("tr", "class", isBest ? "best" : trial.IsFinished ? null : "unfinished");
        foreach (var axis in axes)
            page.Element("td", TextWidth.Fit(axis[trial].Label, 1, 30));
        if (replicates)
            page.Element("td", trial.Replicate.ToString(CultureInfo.InvariantCulture));
        page.Element("td", Finding.Loss(trial.TrainingLoss));
        var (metrics, objective) = (trial.Metrics, results.Table.Measures.Objective);
        Number(Finding.Loss(trial.ValidationLoss), objective.Name == Measure.Validation.Name || !results.Table.Measures.Columns(MostMetrics).Contains(objective.Name));
        if (results.Trials.Any(t => t.TestLoss is not null))
            page.Element("td", Finding.Loss(trial.TestLoss));
        foreach (var name in results.Table.Measures.Columns(MostMetrics))
            Number(metrics.TryGetValue(name, out var value) ? Finding.Loss(value) : "–", name == objective.Name);
        if (results.Noise is { } noise)
            page.Element("td", trial.ValidationLoss is { } loss && double.IsFinite(loss) ? (loss / noise.Value).ToString("0.0", CultureInfo.InvariantCulture) : "–");
        var parameters = results.Parameters.GetValueOrDefault(trial.Id);
        page.Element("td", Nats(parameters?.Entropy));
        page.Element("td", Nats(parameters?.Divergence));
        page.Element("td", trial.Epochs.ToString(CultureInfo.InvariantCulture));
        page.Element("td", trial.Seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–");
        if (NotAllCompleted(results))
            page.Element("td", trial.State);
        var hash = trial.ThetaSha256 is { Length: > 8 } whole ? whole[..8] : trial.ThetaSha256 ?? "–";
        page.Open("td", "class", "hash");
        _ = address is null ? page.Text(hash) : page.Element("a", hash, "href", address, "title", "This trial's own page");
        page.Close().Close().Line();

        void Number(string text, bool isCompared)
        {
            page.Open("td").Text(text);
            if (isBest && isCompared)
                page.Element("span", " best", "class", "badge");
            page.Close();
        }
    }

    private static bool NotAllCompleted(SweepResults results) => results.Trials.Any(trial => trial.State != "Completed");

    private static List<TrialRow> Ordered(SweepResults results)
    {
        if (results.Trials.Count < results.TrialCount)
            return [.. results.Trials];
        var ordered = results.Trials.OrderBy(_ => 0);
        foreach (var axis in results.Grid.Axes)
            ordered = ordered.ThenBy(trial => axis[trial].At);
        return [.. ordered.ThenBy(trial => trial.Replicate).ThenBy(trial => trial.Ordinal)];
    }

    private static string Nats(double? nats) => nats switch
    {
        null => "–",
        double.PositiveInfinity => "∞",
        double.NaN => "–",
        { } value => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private static void Header(Markup page, Label label, string? title)
    {
        page.Open("th", "scope", "col", "title", title);
        foreach (var run in label.Runs)
        {
            var element = run.Style switch { RunStyle.Italic => "i", RunStyle.Subscript => "sub", _ => null };
            _ = element is null ? page.Text(run.Text) : page.Element(element, run.Text);
        }

        page.Close();
    }

    private static void WriteFigures(Markup page, IReadOnlyList<DrawnFigure> figures, SweepTable table)
    {
        if (figures.Count == 0)
        {
            page.Open("section").Element("h2", "Figures").Element("p", "Nothing to draw yet: no trial has losses, fits or snapshots in the store.").Close().Line();
            return;
        }

        page.Open("section", "aria-labelledby", "figures").Line().Element("h2", "Figures", "id", "figures").Line();
        if (table.Measures.Shown != table.Measures.Objective)
            page.Element("p", $"Figures that compare trials show {table.Measures.Shown.Title}, as was asked for; “best” is {table.TheBest}.", "class", "kicker").Line();
        WriteContents(page, figures);
        foreach (var (figure, svg) in figures)
        {
            page.Open("figure", "id", "see-" + figure.Name).Line().Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", figure.Title).Line().Raw(svg).Close().Line();
            page.Open("figcaption").Element("p", figure.Caption);
            foreach (var note in figure.Notes ?? [])
                page.Element("p", note, "class", "note");
            page.Open("p", "class", "file").Element("a", $"figures/{figure.Name}.svg", "href", $"figures/{figure.Name}.svg").Text(", its numbers: ")
                .Element("a", $"{figure.Name}.csv", "href", $"figures/{figure.Name}.csv").Close().Close().Line().Close().Line();
        }

        page.Close().Line();
    }

    // A dozen figures are found by their names.
    private static void WriteContents(Markup page, IReadOnlyList<DrawnFigure> figures)
    {
        if (figures.Count < 6)
            return;
        page.Open("nav", "aria-label", "Figures").Open("ul", "class", "contents").Line();
        foreach (var (figure, _) in figures)
            page.Open("li").Element("a", figure.Title, "href", "#see-" + figure.Name).Close().Line();
        page.Close().Close().Line();
    }

    private static void WriteSpecification(Markup page, SweepResults results)
    {
        page.Open("section", "aria-labelledby", "specification").Line().Element("h2", "Specification", "id", "specification").Line();
        page.Open("details").Element("summary", "What was asked for, as the store holds it");
        page.Element("pre", JsonSerializer.Serialize(results.Sweep.Specification, Readable)).Close().Close().Line();
    }

    private static void WriteFooter(Markup page, bool hasMetrics)
    {
        page.Open("footer").Open("p").Text("The numbers: ");
        page.Element("a", "trials.csv", "href", "trials.csv").Text(", ").Element("a", "losses.csv", "href", "losses.csv").Text(", ")
            .Element("a", "summary.json", "href", "summary.json");
        if (hasMetrics)
            page.Text(", ").Element("a", "metrics.csv", "href", "metrics.csv");
        page.Text(". ")
            .Text("Every figure is drawn from the store alone; the same rows give the same bytes.").Close().Close().Line();
    }
}
