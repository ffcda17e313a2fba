using System.Globalization;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Live;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>A table of some trials, each with a link to its own page.</summary>
internal static class TrialRowsTable
{
    private const int MostMetrics = 6;

    /// <param name="keys">Of the grid: a column each.</param>
    public static void Write(Markup page, string name, IReadOnlyList<string> keys, Measures measures, IReadOnlyList<TrialRow> trials, long? best, double? noise)
    {
        var metrics = measures.Columns(MostMetrics).ToArray();
        // The badge stands at the number that makes it the best, where there is a column for it.
        var compared = metrics.FirstOrDefault(metric => metric == measures.Objective.Name);
        var replicates = trials.Any(trial => trial.Replicate > 0);
        var tests = trials.Any(trial => trial.TestLoss is not null);
        var states = trials.Any(trial => trial.State != "Completed");
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name).Open("table").Line().Open("thead").Open("tr").Element("th", "trial", "scope", "col");
        foreach (var key in keys)
            WriteHeader(page, TrialLabel.Symbol(key), key);
        foreach (var header in Headers(replicates, tests, metrics, noise is not null, states))
            page.Element("th", header, "scope", "col");
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var trial in trials)
        {
            page.Open("tr", "class", trial.Id == best ? "best" : trial.IsFinished ? null : "unfinished");
            page.Open("td").Element("a", $"{trial.Id}", "href", $"/trials/{trial.Id}").Close();
            foreach (var key in keys)
                page.Element("td", TextWidth.Fit(Grid.Text(trial.Configuration, key), 1, 30));
            if (replicates)
                page.Element("td", $"{trial.Replicate}");
            page.Element("td", Finding.Loss(trial.TrainingLoss));
            Number(Finding.Loss(trial.ValidationLoss), trial.Id == best && compared is null);
            if (tests)
                page.Element("td", Finding.Loss(trial.TestLoss));
            var reported = trial.Metrics;
            foreach (var metric in metrics)
                Number(reported.TryGetValue(metric, out var value) ? Finding.Loss(value) : "–", trial.Id == best && metric == compared);
            if (noise is { } floor)
                page.Element("td", trial.ValidationLoss is { } loss && double.IsFinite(loss) ? (loss / floor).ToString("0.0", CultureInfo.InvariantCulture) : "–");
            page.Element("td", $"{trial.Epochs}").Element("td", trial.Seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–");
            if (states)
            {
                page.Open("td");
                ListPage.WriteState(page, trial.State);
                page.Close();
            }

            page.Close().Line();
        }

        page.Close().Close().Close().Line();
        WriteReasons(page, trials);

        void Number(string text, bool isBest)
        {
            page.Open("td").Text(text);
            if (isBest)
                page.Element("span", " best", "class", "badge");
            page.Close();
        }
    }

    private static IEnumerable<string> Headers(bool replicates, bool tests, IEnumerable<string> metrics, bool noise, bool states)
    {
        if (replicates)
            yield return "replicate";
        yield return "training loss";
        yield return "validation loss";
        if (tests)
            yield return "test loss";
        foreach (var metric in metrics)
            yield return TextWidth.Fit(metric, 1, 24);
        if (noise)
            yield return "× noise";
        yield return "epochs";
        yield return "seconds";
        if (states)
            yield return "state";
    }

    private static void WriteHeader(Markup page, Label label, string title)
    {
        page.Open("th", "scope", "col", "title", title);
        foreach (var run in label.Runs)
        {
            var element = run.Style switch { RunStyle.Italic => "i", RunStyle.Subscript => "sub", _ => null };
            _ = element is null ? page.Text(TextWidth.Fit(run.Text, 1, 24)) : page.Element(element, run.Text);
        }

        page.Close();
    }

    private static void WriteReasons(Markup page, IReadOnlyList<TrialRow> trials)
    {
        var told = trials.Where(trial => trial.Error is { Length: > 0 }).Take(20).ToArray();
        if (told.Length == 0)
            return;
        page.Open("ul", "class", "reasons").Line();
        foreach (var trial in told)
            page.Open("li").Element("a", $"Trial {trial.Id}", "href", $"/trials/{trial.Id}").Text($" {trial.State}: {TextWidth.Fit(trial.Error!, 1, 160)}").Close().Line();
        page.Close().Line();
    }
}
