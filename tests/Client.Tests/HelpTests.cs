using System.Text.Json;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

public sealed class HelpTests
{
    private static readonly string Folder = Path.GetTempPath();

    private static Task<Result> RunAsync(params string[] arguments) => SweepProgram.RunAsync("/nonexistent", Folder, arguments);

    [Fact]
    public async Task Every_command_has_a_help_with_an_example()
    {
        var help = await RunAsync("--help");
        var commands = help.Output[help.Output.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Select(line => line.Trim().Split(' ')[0]).Where(name => name.Length > 0).ToList();

        Assert.Contains("run", commands);
        foreach (var command in commands)
        {
            var result = await RunAsync(command, "--help");
            Assert.Equal((0, ""), (result.Code, result.Error));
            Assert.Matches($@"Examples?:\n  sweep {command}\b", result.Output);
        }
    }

    [Fact]
    public async Task Without_arguments_the_commands_are_shown()
    {
        var result = await RunAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("Commands:", result.Output);
    }

    [Fact]
    public async Task The_version_is_one_line() => Assert.Matches(@"^\d+\.\d+\.\d+\n$", (await RunAsync("--version")).Output);

    [Fact]
    public async Task The_schema_is_JSON()
    {
        var result = await RunAsync("schema");

        using var schema = JsonDocument.Parse(result.Output);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.True(schema.RootElement.GetProperty("properties").TryGetProperty("grid", out _));
    }
}
