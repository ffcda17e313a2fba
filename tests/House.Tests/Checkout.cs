using System.Diagnostics;

namespace SweepCluster.House.Tests;

/// <summary>The checkout these tests were built from.</summary>
internal static class Checkout
{
    internal static string Root { get; } = Find();

    /// <summary>Files that git tracks or would track, relative to the root.</summary>
    internal static IReadOnlyList<string> Files { get; } =
        Run("git", "ls-files", "--cached", "--others", "--exclude-standard")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(f => File.Exists(Path.Combine(Root, f)))
            .ToList();

    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SweepCluster.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
