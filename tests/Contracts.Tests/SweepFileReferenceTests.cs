using System.Text.Json;

namespace SweepCluster.Contracts.Tests;

public sealed class SweepFileReferenceTests
{
    private static string Page => Path.Combine(Folders.Root, "docs", "sweep-file.md");

    [Fact]
    public async Task The_committed_reference_is_the_program_s_own()
    {
        if (Environment.GetEnvironmentVariable("SWEEP_APPROVE") == "1")
            await File.WriteAllTextAsync(Page, SweepFileReference.ToMarkdown());

        Assert.Equal(SweepFileReference.ToMarkdown(), await File.ReadAllTextAsync(Page));
    }

    [Fact]
    public void It_has_a_row_for_each_key_of_the_schema()
    {
        using var schema = JsonDocument.Parse(SweepFileSchema.ToJson());
        var rows = SweepFileReference.ToMarkdown().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Count(c => c == '|') >= 6);

        Assert.Equal(Keys(schema.RootElement) - 2, rows.Count()); // the grid and the search have sections of their own
    }

    private static int Keys(JsonElement schema) => schema.GetProperty("properties").EnumerateObject()
        .Sum(property => property.Name is not ("grid" or "search") && property.Value.TryGetProperty("properties", out _) ? Keys(property.Value) : 1);
}
