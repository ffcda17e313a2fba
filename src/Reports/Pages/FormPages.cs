using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Pages;

/// <summary>Where a stranger names a token.</summary>
internal static class SignInPage
{
    /// <param name="next">Where to go afterwards: a path of this service.</param>
    /// <param name="mistake">What was wrong with the last try.</param>
    public static string Of(string? next, string? mistake) => WebFrame.Of(
        "Sign in", null,
        page =>
        {
            page.Element("h1", "Sign in").Line().Element("p", "This service shows its sweeps to whoever has a token. Whoever started it can give you one.").Line();
            if (mistake is not null)
                page.Element("p", mistake, "class", "mistake", "role", "alert").Line();
            WebFrame.Post(page, "/login", "stack").Line();
            page.Empty("input", "type", "hidden", "name", "next", "value", IsLocal(next) ? next : "/").Line();
            page.Open("label").Text("Token").Line().Empty("input", "type", "password", "name", "token", "required", "", "autocomplete", "current-password", "autofocus", "", "maxlength", "1000").Close().Line();
            page.Element("button", "Sign in", "type", "submit").Close().Line();
        });

    /// <summary>A path of this service: nothing that a browser could take for another host.</summary>
    public static bool IsLocal(string? address) =>
        address is ['/', ..] && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\', StringComparison.Ordinal) && !address.Any(char.IsControl);
}

/// <summary>Where a sweep file becomes a sweep.</summary>
internal static class LaunchPage
{
    private const string Example =
        """
        name: my-first-sweep
        seed: 42
        data: {kind: oscillation, points: 2000, noise: 0.1}
        model: {preset: notebook}
        training: {epochs: 20, batch: 64}
        grid:
          regularization.l2: [1e-5, 1e-4, 1e-3, 1e-2]
        """;

    /// <param name="yaml">What was sent; null: an example.</param>
    public static string Of(Caller caller, string? yaml, IReadOnlyList<string> problems) => WebFrame.Of(
        "Launch a sweep", caller,
        page =>
        {
            page.Element("h1", "Launch a sweep").Line();
            page.Open("p").Text("The sweep goes into the store, and the silos of this store train it. Without one it waits: ").Element("code", "sweep silo").Text(" starts one; in the private store of a single machine ")
                .Element("code", "sweep resume").Text(" trains it.").Close().Line();
            if (problems.Count > 0)
            {
                page.Open("div", "class", "mistake", "role", "alert").Element("p", problems.Count == 1 ? "The sweep file has a mistake; nothing was started:" : $"The sweep file has {problems.Count} mistakes; nothing was started:").Open("ul");
                foreach (var problem in problems)
                    page.Element("li", problem);
                page.Close().Close().Line();
            }

            WebFrame.Post(page, "/launch", "stack").Line();
            page.Open("label").Text("Sweep file (YAML)").Line().Element("textarea", "\n" + (yaml ?? Example), "name", "yaml", "rows", "18", "spellcheck", "false", "required", "").Close().Line();
            page.Element("button", "Launch", "type", "submit").Close().Line();
        });
}

/// <summary>What went wrong, and what to do.</summary>
internal static class ProblemPage
{
    public static string Of(Refusal refusal, Caller? caller) => WebFrame.Of(
        refusal.Title, caller,
        page =>
        {
            page.Open("p", "class", "kicker", "data-again", refusal.Status == 503 ? "5" : null).Text($"{refusal.Status}").Close().Line().Element("h1", refusal.Title).Line();
            foreach (var line in refusal.Message.Split('\n'))
                page.Element("p", TextWidth.Fit(line, 1, 600)).Line();
            if (refusal.Members.GetValueOrDefault("candidates") is string[] candidates)
            {
                page.Open("ul");
                foreach (var candidate in candidates)
                    page.Open("li").Element("a", candidate, "href", $"/sweeps/{Uri.EscapeDataString(candidate)}").Close();
                page.Close().Line();
            }

            page.Open("p").Element("a", "All sweeps", "href", "/").Close().Line();
        },
        refusal.Status == 503 ? 5 : 0);
}
