using System.Text.RegularExpressions;

namespace SweepCluster.Client;

/// <summary>Takes passwords out of what the program says about words that it was given.</summary>
internal static partial class Redaction
{
    public static string Of(string text) => InQuery().Replace(InAddress().Replace(text, ":…@"), "${key}…");

    // postgresql://user:PASSWORD@host; a password may itself hold an @ or a slash, so up to the last @ of the word.
    [GeneratedRegex(@"(?<=\w://[^:@/\s'""]*):[^\s]*@", RegexOptions.ExplicitCapture)]
    private static partial Regex InAddress();

    [GeneratedRegex(@"(?<key>(password|pwd)\s*=\s*)[^&;\s'""]+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex InQuery();
}
