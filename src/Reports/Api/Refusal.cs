using Microsoft.AspNetCore.Http;

namespace SweepCluster.Reports.Api;

/// <summary>A request that is answered by a problem: as a page to a person, as application/problem+json (RFC 9457) to a program.</summary>
/// <param name="title">What is wrong, the same for every such request.</param>
/// <param name="detail">What was found, what was expected, what to do.</param>
internal sealed class Refusal(int status, string title, string detail) : Exception(detail)
{
    public int Status => status;

    public string Title => title;

    /// <summary>Further members of the problem document.</summary>
    public Dictionary<string, object> Members { get; init; } = [];

    public TimeSpan? RetryAfter { get; init; }

    public static Refusal NoSweep(string word) => new(StatusCodes.Status404NotFound, "No such sweep", $"No sweep of this store has the id or name '{Cut(word)}', or begins with it.");

    public static Refusal NoTrial(string word) => new(StatusCodes.Status404NotFound, "No such trial", $"This store has no trial '{Cut(word)}'.");

    public static Refusal Wrong(string detail) => new(StatusCodes.Status400BadRequest, "The request is wrong", detail);

    public static Refusal TooMany(string detail, TimeSpan wait) =>
        new(StatusCodes.Status429TooManyRequests, "Too many requests", $"{detail} Wait {wait.TotalSeconds:0} s, then try again.") { RetryAfter = wait };

    public static string Cut(string text) => Svg.TextWidth.Fit(text, 1, 60);
}
