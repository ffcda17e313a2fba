using System.Text.Json;
using System.Text.RegularExpressions;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>deploy/Dockerfile, as far as tests ask: its instructions, and what each image starts.</summary>
internal static class Dockerfile
{
    public static IReadOnlyList<(string Word, string Text)> Instructions { get; } =
    [
        .. Checkout.Read("deploy/Dockerfile").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => (line.Split(' ', 2)[0], line.Split(' ', 2)[1])),
    ];

    /// <summary>The words of an image's entry point, followed by its standard arguments.</summary>
    public static IReadOnlyList<string> EntryPoint(string target)
    {
        var stage = Instructions.SkipWhile(i => i != ("FROM", $"base AS {target}")).Skip(1).TakeWhile(i => i.Word != "FROM").ToList();
        return [.. Words("ENTRYPOINT"), .. Words("CMD")];
        string[] Words(string word) => stage.FirstOrDefault(i => i.Word == word).Text is { } json ? JsonSerializer.Deserialize<string[]>(json)! : [];
    }

    /// <summary>ENV of the stage that all images are built on.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        Instructions.Where(i => i.Word == "ENV").SelectMany(i => Regex.Matches(i.Text, @"(\w+)=(\S+)")).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
}
