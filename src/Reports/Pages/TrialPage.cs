using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>One trial: what it was, how it went, what it came to, and how to check that it did.</summary>
internal static class TrialPage
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="sweepPage">Address of its sweep's page.</param>
    public static string Of(TrialStudy study, string sweepPage)
    {
        var page = new Markup();
        var title = study.Who.Length > 0 ? study.Who : "The trial";
        PageFrame.Open(page, $"{TextWidth.Fit(title, 1, 60)} · {TextWidth.Fit(study.Sweep.Name, 1, 40)}");
        page.Open("header").Line().Open("p", "class", "kicker").Element("a", TextWidth.Fit(study.Sweep.Name, 1, 60), "href", sweepPage)
            .Text($" · trial {study.Trial.Id} · {study.Trial.State}").Close().Line();
        page.Open("h1", "class", title.Length > 80 ? "long" : null).Element("bdi", title).Close().Line();
        Write(page, study);
        return PageFrame.Close(page);
    }

    /// <summary>Everything below the heading, for pages with a frame of their own; closes the header that is open.</summary>
    public static void Write(Markup page, TrialStudy study)
    {
        page.Open("div", "class", "finding").Line();
        foreach (var sentence in Sentences(study))
            page.Element("p", sentence).Line();
        page.Close().Line().Close().Line().Open("main").Line();
        WriteFacts(page, study);
        WriteLayers(page, study);
        WriteFigures(page, study);
        WriteAttempts(page, study);
        WriteLog(page, study.Log);
        page.Open("section", "aria-labelledby", "configuration").Line().Element("h2", "Configuration", "id", "configuration").Line();
        page.Element("pre", JsonSerializer.Serialize(study.Trial.Configuration, Readable)).Close().Line();
        page.Close().Line();
    }

    internal static IEnumerable<string> Sentences(TrialStudy study)
    {
        var trial = study.Trial;
        if (!trial.IsFinished)
        {
            yield return trial.State switch
            {
                "Failed" => $"This trial failed after {trial.Epochs} epochs: {(trial.Error is { Length: > 0 } error ? TextWidth.Fit(error, 1, 300) : "no reason was stored")}",
                "Running" => $"This trial is being trained; {trial.Epochs} epochs are recorded.",
                "Pending" => "No silo has begun this trial.",
                _ => $"This trial was cancelled after {trial.Epochs} epochs.",
            };
            yield break;
        }

        yield return $"It ends with a validation loss of {Finding.Loss(trial.ValidationLoss)} after {trial.Epochs} epochs{(study.IsBest ? $", the best of its sweep{(study.Objective.IsDefault ? "" : $" by {study.Objective.Title}")}" : "")}.";
        if (trial is { State: "Stopped", Error.Length: > 0 })
            yield return $"A rule stopped it: {TextWidth.Fit(trial.Error, 1, 300)}";
        if (study.Noise is { Value: > 0 } noise && trial.ValidationLoss is { } loss
            && BiasVariance.Of(trial.TrainingLoss ?? double.NaN, loss, noise.Value) is { } lack)
        {
            var ratio = (loss / noise.Value).ToString("0.0", CultureInfo.InvariantCulture);
            yield return $"That is {ratio} times the irreducible error of {Finding.Loss(noise.Value)} ({noise.Source}): "
                + lack switch { Lack.None => "close to the noise. ", Lack.Bias => "mostly bias. ", _ => "mostly variance. " } + BiasVariance.Remedy(lack);
        }
    }

    internal static void WriteFacts(Markup page, TrialStudy study)
    {
        var trial = study.Trial;
        page.Open("section", "aria-labelledby", "numbers").Line().Element("h2", "Numbers", "id", "numbers").Line().Open("dl", "class", "facts").Line();
        Fact("Training loss", Finding.Loss(trial.TrainingLoss));
        Fact("Validation loss", Finding.Loss(trial.ValidationLoss));
        Fact("Least validation loss of any epoch", Finding.Loss(trial.BestValidationLoss));
        if (trial.TestLoss is not null)
            Fact("Test loss", Finding.Loss(trial.TestLoss));
        foreach (var (name, value) in trial.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
            Fact(name, value.ToString("G6", CultureInfo.InvariantCulture));
        if (study.Noise is { } noise)
            Fact("Irreducible error", $"{Finding.Loss(noise.Value)}, {noise.Source}");
        if (study.Result.Parameters is { } parameters)
        {
            Fact("Parameters", parameters.Count.ToString("N0", CultureInfo.InvariantCulture));
            Fact("Entropy of p(θ)", $"{DensityFigures.Nats(parameters.Entropy)}; {DensityFigures.Nats(parameters.InitialEntropy)} before training");
            Fact("Divergence D(initial ‖ trained)", DensityFigures.Nats(parameters.Divergence));
            Fact("Parameters that are exactly zero", Percent(parameters.Zeros));
            Fact("Parameters below 1e-3", Percent(parameters.Small));
        }

        if (trial.ThetaEpoch is { } restored)
            Fact("Epoch of the final parameters", $"{restored}, of the {(study.Objective.Maximizes == true ? "highest" : "least")} {study.Objective.Title}; {trial.Epochs} were trained");
        Fact("Seconds of training", trial.Seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–");
        Fact("θ SHA-256", trial.ThetaSha256 ?? "–", "hash");
        Fact("Data SHA-256", study.Data?.Sha256 ?? "–", "hash");
        page.Close().Line().Close().Line();

        void Fact(string name, string value, string? css = null) => page.Element("dt", name).Element("dd", value, "class", css).Line();
    }

    private static void WriteLayers(Markup page, TrialStudy study)
    {
        if (study.Result.History is not { Numbers: { Count: > 0 } layers })
            return;
        page.Open("section", "aria-labelledby", "layers").Line().Element("h2", "Layers", "id", "layers").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of layers").Open("table").Line().Open("thead").Open("tr");
        foreach (var name in (string[])["layer", "weights", "‖W‖ Frobenius", "L(2,1)", "L(1,1)", .. Penalized(), "exactly zero", "below 1e-3"])
            page.Element("th", name, "scope", "col");
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var layer in layers)
        {
            page.Open("tr").Element("td", layer.Name).Element("td", $"{layer.Outputs} × {layer.Inputs}");
            foreach (var norm in (double[])[layer.Frobenius, layer.Columns, layer.Entries, .. layer.Penalized is { } own ? [own.Norm] : Array.Empty<double>()])
                page.Element("td", Finding.Loss(norm));
            page.Element("td", Percent(layer.Zeros)).Element("td", Percent(layer.Small)).Close().Line();
        }

        page.Close().Close().Close().Line();
        page.Element("p", "Norms of the trained weight matrices: L(p,q) takes the p-norm of the weights that leave one input, and the q-norm of those. Frobenius is L(2,2).", "class", "kicker").Close().Line();

        IEnumerable<string> Penalized() => layers[0].Penalized is { } own ? [$"L({own.P:0.##},{own.Q:0.##}), penalized"] : [];
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static void WriteFigures(Markup page, TrialStudy study)
    {
        var figures = study.Figures();
        page.Open("section", "aria-labelledby", "figures").Line().Element("h2", "Figures", "id", "figures").Line();
        if (figures.Count == 0)
            page.Element("p", "Nothing to draw yet: the store holds no losses, fit or snapshots of this trial.").Line();
        foreach (var figure in figures)
        {
            page.Open("figure").Line().Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", figure.Title).Line().Raw(FigureSvg.Draw(figure)).Close().Line();
            page.Open("figcaption").Element("p", figure.Caption);
            foreach (var note in figure.Notes ?? [])
                page.Element("p", note, "class", "note");
            page.Close().Line().Close().Line();
        }

        page.Close().Line();
    }

    private static void WriteLog(Markup page, LogRow? log)
    {
        if (log is null)
            return;
        page.Open("section", "aria-labelledby", "log").Line().Element("h2", "Log", "id", "log").Line();
        page.Element("p", $"What its program printed besides its reports in attempt {log.Term}: {log.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes.", "class", "kicker").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Log").Element("pre", Visible(log.Content)).Close().Line().Close().Line();
    }

    // Foreign text: what no page may hold, and what would change how the rest is read.
    private static string Visible(string text) => string.Concat(text.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? $"\\x{(int)c:x2}" : c.ToString()));

    internal static void WriteAttempts(Markup page, TrialStudy study)
    {
        page.Open("section", "aria-labelledby", "attempts").Line().Element("h2", "Attempts", "id", "attempts").Line();
        if (study.Attempts.Count == 0)
        {
            page.Element("p", "No silo has claimed this trial.").Close().Line();
            return;
        }

        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of attempts").Open("table").Line().Open("thead").Open("tr");
        foreach (var name in (string[])["term", "silo", "host", "began", "ended", "outcome"])
            page.Element("th", name, "scope", "col");
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var attempt in study.Attempts)
        {
            page.Open("tr").Element("td", attempt.Term.ToString(CultureInfo.InvariantCulture)).Element("td", attempt.Silo is { Length: > 8 } silo ? silo[..8] : attempt.Silo ?? "–", "class", "hash");
            page.Element("td", TextWidth.Fit(attempt.Host ?? "–", 1, 24)).Element("td", Instant(attempt.StartedAt)).Element("td", Instant(attempt.EndedAt));
            page.Element("td", attempt.Outcome).Close().Line();
        }

        page.Close().Close().Close().Line();
        page.Element("p", "Times are the store's, in UTC. Each attempt is one lease term; Released and Expired ones were taken up again from the last checkpoint.", "class", "kicker").Close().Line();
    }

    private static string Instant(DateTime? instant) => instant?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "–";
}
