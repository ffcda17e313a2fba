using System.Text;
using System.Text.RegularExpressions;

namespace SweepCluster.Contracts;

/// <summary>
/// Names in braces that stand for a trial's values: <c>--lr={training.learning_rate}</c>. What is filled in is never looked at again, so
/// that a value with braces, spaces or quotes stays one argument and what it is. <c>{{name}}</c> is the text {name}.
/// </summary>
public static partial class Placeholders
{
    /// <summary>What stands for something of the trial besides the keys of the sweep file.</summary>
    public static IReadOnlyList<string> OfTrial { get; } = ["seed", "trial", "ordinal", "replicate", "checkpoint", "scratch", "configuration", "cores"];

    // A brace that no name follows is only a brace.
    [GeneratedRegex(@"\{\{(?<text>[a-z][a-zA-Z0-9_.-]*)\}\}|\{(?<name>[a-z][a-zA-Z0-9_.-]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Place { get; }

    public static IEnumerable<string> Names(string template) =>
        Place.Matches(template).Where(match => match.Groups["name"].Success).Select(match => match.Groups["name"].Value);

    /// <exception cref="FormatException">A name stands for nothing.</exception>
    public static string Fill(string template, Func<string, string?> value)
    {
        var filled = new StringBuilder();
        var at = 0;
        foreach (Match match in Place.Matches(template))
        {
            filled.Append(template, at, match.Index - at);
            at = match.Index + match.Length;
            filled.Append(match.Groups["text"] is { Success: true, Value: var text } ? $"{{{text}}}"
                : value(match.Groups["name"].Value) ?? throw new FormatException($"{match.Value} stands for nothing"));
        }
        return filled.Append(template, at, template.Length - at).ToString();
    }
}
