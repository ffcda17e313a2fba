using System.Text.RegularExpressions;

namespace SweepCluster.Client;

/// <summary>Takes passwords out of what the program says about words that it was given. Where it cannot tell, it takes too much.</summary>
internal static partial class Redaction
{
    public static string Of(string text) => InQuery().Replace(InAddress().Replace(text, ":…@"), "${key}…");

    // user:PASSWORD@host, after postgresql:// or without; a password may itself hold an @, a slash, a quote or a space, so up to the last @ of
    // the line. Only the form that messages show is left as it is.
    [GeneratedRegex(@"((?<=(^|[\s'""/=])[^:@/\s'""]+)|(?<=//)):(?!//|password@host:5432/)\S[^\n]*@", RegexOptions.ExplicitCapture)]
    private static partial Regex InAddress();

    [GeneratedRegex(@"(?<key>(password|passwd|pwd|psw)\s*=\s*)[^&;\n]+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex InQuery();
}
