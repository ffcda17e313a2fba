using System.Text.RegularExpressions;

namespace SweepCluster.House.Tests;

public class TextTests
{
    private static IEnumerable<string> Texts =>
        Checkout.Files.Where(f => Path.GetExtension(f) is ".cs" or ".md" or ".csproj" or ".props" or ".sh" or ".yaml" or ".yml" or ".py" or ".json" or ".sql" or ".sln" or ".txt" or "" && !f.EndsWith("LICENSE"));

    [Fact]
    public void No_file_names_a_registry_or_a_path_of_the_machine_it_was_written_on()
    {
        // Put together from parts, or this file would name them itself.
        var forbidden = new Regex($"https?://[^ ]*({string.Join('|', "nuget", "npmjs", "debian")})|(^|[^A-Za-z.}}])/({string.Join('|', "farm", "work", "root")})/", RegexOptions.Multiline);
        Assert.All(Texts, file => Assert.False(forbidden.Match(Checkout.Read(file)) is { Success: true } found, $"{file} names '{forbidden.Match(Checkout.Read(file)).Value}'"));
    }

    [Fact]
    public void Every_relative_link_of_a_page_leads_somewhere()
    {
        var links = from page in Checkout.Files.Where(f => f.EndsWith(".md"))
                    from Match link in Regex.Matches(Checkout.Read(page), @"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")
                    select (page, target: link.Groups[1].Value);
        Assert.All(links, link => Assert.True(
            Path.Exists(Path.Combine(Checkout.Root, Path.GetDirectoryName(link.page)!, link.target)), $"{link.page} links to {link.target}, which is not there"));
    }

    [Fact]
    public void Decision_notes_are_numbered_without_gaps()
    {
        var numbers = Checkout.Files.Where(f => f.StartsWith("docs/decisions/") && !f.EndsWith("README.md")).Select(f => Path.GetFileName(f)[..4]).Order().ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => n.ToString("0000")), numbers);
    }
}
