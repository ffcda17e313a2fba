using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SweepCluster.Client.Bench;
using SweepCluster.Store;

namespace SweepCluster.Client.Commands;

/// <summary>sweep bench command: what a trial costs beyond the time of the program that trains it.</summary>
internal static class BenchCommandCommand
{
    private const int Rounds = 5;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a table" };
        var trials = new Option<int>("--trials") { Description = "Trials of each round", HelpName = "N", DefaultValueFactory = _ => 100 };
        trials.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000) result.AddError("--trials must be between 1 and 10000");
        });
        var store = StoreSession.Option();
        var command = new ExampledCommand("command", "Measure what a trial takes beyond the time of its program (trainer.command), on a server of its own that is gone afterwards", "sweep bench command", "sweep bench command --json") { json, trials, store };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(store), parsed.GetValue(trials), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? url, int trials, bool asJson, CancellationToken cancel)
    {
        await using var store = await BenchStore.OpenAsync(url, cancel);
        await using var ledger = await Ledger.OpenAsync(store.Address, cancel);
        var found = await CommandBench.RunAsync(ledger, trials, Rounds, cancel);
        if (asJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["overhead_ms"] = Math.Round(found.Overhead, 3),
                ["trial_ms"] = Math.Round(found.Trial, 3),
                ["program_ms"] = Math.Round(found.Bare, 3),
                ["trials"] = found.Trials,
                ["rounds"] = found.Rounds,
            }));
            return ExitCode.Done;
        }
        var table = new TextTable([new("measure"), new("value", Number: true), new("target", Number: true), new("meaning")]);
        table.Add(["overhead_ms", Text(found.Overhead), "<= 15", $"a trial beyond its program, one slot, middle of {found.Rounds} rounds of {found.Trials}"]);
        table.Add(["trial_ms", Text(found.Trial), "", "a trial in all: claim, start, listen, record, next"]);
        table.Add(["program_ms", Text(found.Bare), "", "the same program (sh, one echo) started with posix_spawn and waited for"]);
        table.Write(Console.Out);
        return ExitCode.Done;
    }

    private static string Text(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
