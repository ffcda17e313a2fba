using System.Text.RegularExpressions;

namespace SweepCluster.House.Tests;

/// <summary>The page on troubles quotes what the program really says.</summary>
public class TroubleshootingTests
{
    private const string Page = "docs/troubleshooting.md";

    // Shorter pieces stand everywhere by chance.
    private const int Telling = 10;

    public static TheoryData<string> Quotations => [.. Checkout.Read(Page).Split('\n')
        .Where(line => line.StartsWith("| `") || line.StartsWith("| nothing"))
        .SelectMany(line => Regex.Matches(line.Split('|')[1], "`(?<text>[^`]+)`").Select(quoted => quoted.Groups["text"].Value)).Where(quoted => quoted.Contains(' '))];

    /// <summary>What the program fills in stands as … on the page, and as {…} or between quotes in the source.</summary>
    [Theory]
    [MemberData(nameof(Quotations))]
    public void An_error_on_the_page_is_one_of_the_program(string quoted)
    {
        var sources = string.Join('\n', Checkout.Files.Where(file => (file.StartsWith("src/") && (file.EndsWith(".cs") || file.EndsWith(".sql")))
            || file.StartsWith("deploy/setup/") || (file.StartsWith("tests/Contracts.Tests/BadFiles/") && file.EndsWith(".txt"))).Select(Checkout.Read));
        var pieces = quoted.Split('…').Select(piece => piece.Trim(' ', '.', ',', ':', ';')).Where(piece => piece.Length >= Telling).ToList();

        Assert.NotEmpty(pieces);
        Assert.All(pieces, piece => Assert.Contains(Words(piece), Words(sources)));
    }

    /// <summary>NaN and numbers are filled in, quotation marks differ by language.</summary>
    private static string Words(string text) => Regex.Replace(text, "\\bNaN\\b|\\{[^{}\n]*\\}|['\"\\\\]", "");
}
