using System.Globalization;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>High bias or high variance, configuration by configuration.</summary>
internal static class DiagnosisTable
{
    private const int MostRows = 50;

    public static string Word(Ailment ailment) => ailment switch
    {
        Ailment.Bias => "high bias",
        Ailment.Variance => "high variance",
        Ailment.Both => "high bias and high variance",
        _ => "neither",
    };

    /// <param name="allAre">Where the rows are that do not stand here.</param>
    public static void Write(Markup page, SweepResults results, string allAre = "summary.json has all")
    {
        if (results.Diagnosis is not { } diagnosis)
            return;
        var splits = diagnosis.Configurations.Any(one => one.Decomposition is not null);
        var draws = diagnosis.Configurations.Any(one => one.Decomposition?.DataVariance is not null);
        page.Open("section", "aria-labelledby", "diagnosis").Line().Element("h2", "Bias or variance", "id", "diagnosis").Line();
        page.Element("p", $"Irreducible error {Finding.Loss(diagnosis.Irreducible)} ({diagnosis.Source}). The best configuration has {Word(diagnosis.Configurations[0].Diagnosis.Ailment)}; "
            + $"next: {diagnosis.Configurations[0].Diagnosis.Next}.").Line();
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Table of diagnoses").Open("table").Line().Open("thead").Open("tr");
        string[] columns = ["configuration", "training loss", "validation loss", "diagnosis", .. splits ? (string[])["bias²", "seed variance"] : [], .. draws ? (string[])["data variance"] : []];
        foreach (var name in columns)
            page.Element("th", name, "scope", "col");
        page.Close().Close().Line().Open("tbody").Line();
        foreach (var one in diagnosis.Configurations.Take(MostRows))
        {
            page.Open("tr").Element("td", TextWidth.Fit(one.Name.Length == 0 ? results.Sweep.Name : one.Name, 1, 60));
            page.Element("td", Finding.Loss(one.Training)).Element("td", Finding.Loss(one.Validation)).Element("td", Word(one.Diagnosis.Ailment));
            if (splits)
                page.Element("td", Finding.Loss(one.Decomposition?.BiasSquared)).Element("td", Finding.Loss(one.Decomposition?.SeedVariance));
            if (draws)
                page.Element("td", Finding.Loss(one.Decomposition?.DataVariance));
            page.Close().Line();
        }

        page.Close().Close().Close().Line();
        page.Element(
            "p",
            (splits
                ? "Squared error on validation rows is noise + bias² + the variance of the predictions over seeds"
                  + (draws ? " + their variance over draws of the data. " : "; the share of the data drawn is in bias², as all replicates have the same: sweep data.seed to tell it apart. ")
                : "With replicates, bias² and the variance over seeds are told apart. ")
            + (diagnosis.Configurations.Count > MostRows ? $"The best {MostRows.ToString(CultureInfo.InvariantCulture)} of {diagnosis.Configurations.Count:N0} are listed; {allAre}." : ""),
            "class", "kicker").Close().Line();
    }
}
