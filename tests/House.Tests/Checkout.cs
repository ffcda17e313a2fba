namespace SweepCluster.House.Tests;

/// <summary>The checkout these tests were built from.</summary>
internal static class Checkout
{
    internal static string Root { get; } = Find();

    private static readonly string[] NotOurs = [".git", "artifacts", "reports", "node_modules"];

    /// <summary>Every file of the checkout, relative to the root, but for what git ignores. Needs no git: a machine may have none.</summary>
    internal static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SweepCluster.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d))).SelectMany(Walk));
}
