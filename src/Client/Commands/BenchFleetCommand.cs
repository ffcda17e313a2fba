using System.CommandLine;
using SweepCluster.Client.Bench;
using SweepCluster.Store;

namespace SweepCluster.Client.Commands;

/// <summary>sweep bench fleet: what thousands of silos ask of one store (docs/scale.md).</summary>
internal static class BenchFleetCommand
{
    // What docs/scale.md reckons with: a heartbeat each 5 s, losses four times a second, trials of a minute.
    private const double HeartbeatsPerSecond = 1 / 5.0;
    private const double FlushesPerSecond = 4;
    private const double TrialsPerSecond = 1 / 60.0;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a table" };
        var silos = new Option<int>("--silos") { Description = "Silos, each with one trial [default: 10,000]", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        silos.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 10 or > 1_000_000) result.AddError("--silos must be between 10 and 1000000");
        });
        var store = StoreSession.Option();
        var command = new ExampledCommand("fleet", "Simulate thousands of silos on one store and measure what each request costs it", "sweep bench fleet --silos 10000") { json, silos, store };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(store), parsed.GetValue(silos), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? url, int silos, bool asJson, CancellationToken cancel)
    {
        await using var store = await BenchStore.OpenAsync(url, cancel);
        await using var ledger = await Ledger.OpenAsync(store.Address, cancel);
        var bench = new FleetBench(ledger, await CpuMeter.OfAsync(ledger, cancel), cancel);
        await bench.MeasureAsync(200); // compiles the code, opens connections, prepares statements
        var costs = await bench.MeasureAsync(silos);
        var found = costs.Select(c => ($"server_ms_per_{c.Request.Replace(' ', '_')}", c.Server, $"{c.Requests:N0} in {c.Seconds:0.0} s; client {BenchStoreCommand.Text(c.Client)} ms", "")).ToList();
        double Server(string request) => costs.Single(c => c.Request == request).Server;
        var perSilo = (HeartbeatsPerSecond * Server("heartbeat")) + (FlushesPerSecond * Server("flush")) + (TrialsPerSecond * (Server("claim") + Server("end")));
        found.Add(("server_cores", silos * perSilo / 1000, $"cores of the server for {silos:N0} silos in full work (trials of a minute, losses four times a second)", ""));
        found.Add(("silos_per_core", 1000 / perSilo, "silos in full work that one core of the server carries", ""));
        BenchStoreCommand.Write(found, asJson);
        return ExitCode.Done;
    }
}
