using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SweepCluster.Client.Bench;
using SweepCluster.Store;

namespace SweepCluster.Client.Commands;

/// <summary>sweep bench store: what the ledger costs per trial, and whether it grows with history.</summary>
internal static class BenchStoreCommand
{
    private const int ParametersOfNotebook = 12_673;
    private const int FewParameters = 100;
    private const int Connections = 64;
    private const int Rounds = 5;
    private const int SmallSweeps = 30;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a table" };
        var largest = new Option<int>("--largest") { Description = "Trials of the largest sweep [default: 100,000]", HelpName = "N", DefaultValueFactory = _ => 100_000 };
        largest.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1000 or > 10_000_000) result.AddError("--largest must be between 1000 and 10000000");
        });
        var store = StoreSession.Option();
        var command = new ExampledCommand("store", "Measure what the ledger costs per trial, on a server of its own that is gone afterwards", "sweep bench store", "sweep bench store --json > store.json") { json, largest, store };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(store), parsed.GetValue(largest), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? url, int largest, bool asJson, CancellationToken cancel)
    {
        await using var store = await BenchStore.OpenAsync(url, cancel);
        await using var ledger = await Ledger.OpenAsync(store.Address, cancel);
        var cpu = await CpuMeter.OfAsync(ledger, cancel);
        if (!cpu.SeesServer) await Console.Error.WriteLineAsync("sweep: the server is not on this machine: milliseconds are of this process alone");
        var bench = new LedgerBench(ledger, cpu, cancel);
        var found = new List<(string Name, double Value, string Meaning, string Target)>();
        void Add(string name, double value, string meaning, string target)
        {
            found.Add((name, value, meaning, target));
            Console.Error.WriteLine($"sweep: {name} {Text(value)}");
        }

        await bench.CostAsync(100, FewParameters); // compiles the code, opens connections, prepares statements
        var full = await MedianAsync(() => bench.CostAsync(1000, ParametersOfNotebook));
        Add("ms_per_trial_full", full.Client + full.Server, $"ms of one core per trial (client {Text(full.Client)} + server {Text(full.Server)}), 1,000 trials, 50 losses, two snapshots of 12,673 numbers", "<= 3");
        // Half of them before the large one and half behind it, for a machine that others use too is another one a minute later; those behind it
        // in a store of their own, without its history, unless the server was named.
        var before = await MeanAsync(() => bench.CostAsync(1000, FewParameters));
        var many = await bench.CostAsync(largest, FewParameters);
        var behind = await AfreshAsync(url, cancel);
        var few = (Client: (before.Client + behind.Client) / 2, Server: (before.Server + behind.Server) / 2);
        Add("ms_per_trial_1k", few.Client + few.Server, $"the same with snapshots of 100 numbers (client {Text(few.Client)} + server {Text(few.Server)}), mean of {2 * SmallSweeps} sweeps: {Text(before.Client + before.Server)} before the next, {Text(behind.Client + behind.Server)} behind it", "");
        Add("ms_per_trial_100k", many.Client + many.Server, $"the same in a sweep of {Numbers.Count(largest, "trial")} (client {Text(many.Client)} + server {Text(many.Server)})", "");
        Add("ratio_100k_to_1k", (many.Client + many.Server) / (few.Client + few.Server), "growth with history", "<= 1.15");
        var (sweep, seconds) = await bench.LaunchAsync(largest);
        Add("launch_seconds_100k", seconds, $"to launch {Numbers.Count(largest, "trial")}", "< 10");
        var claims = await bench.ClaimsAsync(sweep, Connections, TimeSpan.FromSeconds(8));
        Add("claims_per_second", claims.PerSecond, $"single trials claimed over {Connections} connections, by the clock", ">= 5000");
        Add("ms_per_claim", claims.Milliseconds, "of one core, both sides: what it takes where other work does not slow the clock", "");
        Write(found, asJson);
        return ExitCode.Done;
    }

    private static async Task<(double Client, double Server)> AfreshAsync(string? url, CancellationToken cancel)
    {
        await using var store = await BenchStore.OpenAsync(url, cancel);
        await using var ledger = await Ledger.OpenAsync(store.Address, cancel);
        var bench = new LedgerBench(ledger, await CpuMeter.OfAsync(ledger, cancel), cancel);
        await bench.CostAsync(100, FewParameters);
        return await MeanAsync(() => bench.CostAsync(1000, FewParameters));
    }

    // One round of a thousand trials takes a second or two: a checkpoint or a vacuum of the server is a good part of it.
    private static async Task<(double Client, double Server)> MedianAsync(Func<Task<(double Client, double Server)>> measure)
    {
        var rounds = new List<(double Client, double Server)>();
        while (rounds.Count < Rounds) rounds.Add(await measure());
        return rounds.OrderBy(r => r.Client + r.Server).ElementAt(Rounds / 2);
    }

    // Checkpoints and vacuums come by the minute. A large sweep pays for its share of them, so the small ones, to be compared, must too.
    private static async Task<(double Client, double Server)> MeanAsync(Func<Task<(double Client, double Server)>> measure)
    {
        var sum = (Client: 0.0, Server: 0.0);
        for (var i = 0; i < SmallSweeps; i++)
        {
            var (client, server) = await measure();
            sum = (sum.Client + client, sum.Server + server);
        }
        return (sum.Client / SmallSweeps, sum.Server / SmallSweeps);
    }

    internal static void Write(List<(string Name, double Value, string Meaning, string Target)> found, bool asJson)
    {
        if (asJson)
        {
            using var output = Console.OpenStandardOutput();
            using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            foreach (var (name, value, _, _) in found) json.WriteNumber(name, Math.Round(value, 4));
            json.WriteNumber("cores", Environment.ProcessorCount);
            json.WriteEndObject();
            return;
        }
        var table = new TextTable(new("figure"), new("value", Number: true), new("target"), new("meaning"));
        foreach (var (name, value, meaning, target) in found) table.Add(name, Text(value), target, meaning);
        table.Write(Console.Out, null);
    }

    internal static string Text(double value) => value.ToString(value >= 100 ? "N0" : "0.000", CultureInfo.InvariantCulture);
}
