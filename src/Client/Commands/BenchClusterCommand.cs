using System.CommandLine;
using SweepCluster.Client.Bench;
using SweepCluster.Store;

namespace SweepCluster.Client.Commands;

/// <summary>sweep bench cluster: silos as processes of their own, without training work and with it.</summary>
internal static class BenchClusterCommand
{
    private const int Rounds = 5;

    // At the end one silo waits for the other's last trial: a small part of the whole.
    private const int TrialsOfASilo = 240;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a table" };
        var trials = new Option<int>("--trials") { Description = "Trials of the sweep without training work [default: 2,000]", HelpName = "N", DefaultValueFactory = _ => 2000 };
        trials.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 100 or > 1_000_000) result.AddError("--trials must be between 100 and 1000000");
        });
        var silos = new Option<int>("--silos") { Description = "Compare one silo with so many [default: 2]", HelpName = "N", DefaultValueFactory = _ => 2 };
        silos.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > 64) result.AddError("--silos must be between 2 and 64");
        });
        var store = StoreSession.Option();
        var command = new ExampledCommand("cluster", "Measure one silo against several, each a process with one slot; leave the machine alone meanwhile", "sweep bench cluster", "sweep bench cluster --trials 14500 --json") { json, trials, silos, store };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(store), parsed.GetValue(trials), parsed.GetValue(silos), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? url, int trials, int silos, bool asJson, CancellationToken cancel)
    {
        await using var store = await BenchStore.OpenAsync(url, cancel);
        await using var ledger = await Ledger.OpenAsync(store.Address, cancel);
        var bench = new ClusterBench(ledger, await CpuMeter.OfAsync(ledger, cancel), cancel);
        var found = new List<(string Name, double Value, string Meaning, string Target)>();
        var many = silos == 2 ? "two" : $"{silos}";
        foreach (var training in (bool[])[false, true])
        {
            var each = training ? Math.Min(trials, TrialsOfASilo) : trials;
            // Side by side and more than once: a machine that others use too is another one a minute later.
            var rounds = new List<(ClusterResult One, ClusterResult Several)>();
            while (rounds.Count < (training ? Rounds : 1))
                rounds.Add((await bench.MeasureAsync(1, each, training), await bench.MeasureAsync(silos, training ? each * silos : each, training)));
            var what = training ? $"the article's L2 sweep, median of {Rounds} rounds" : "without training work";
            var suffix = training ? "" : "_empty";
            var speedups = rounds.Select(r => r.Several.TrialsPerSecond / r.One.TrialsPerSecond).ToList();
            Add($"trials_per_second_one_silo{suffix}", Median(rounds.Select(r => r.One.TrialsPerSecond)), $"{what}, by the clock", "");
            Add($"trials_per_second_{many}_silos{suffix}", Median(rounds.Select(r => r.Several.TrialsPerSecond)), "the same with more silos", "");
            Add($"ms_per_trial_one_silo{suffix}", Median(rounds.Select(r => 1000 * r.One.Cpu / r.One.Trials)), "of one core, silo and server", "");
            Add($"ms_per_trial_{many}_silos{suffix}", Median(rounds.Select(r => 1000 * r.Several.Cpu / r.Several.Trials)), "the same with more silos: equal means nothing is lost between them", "");
            Add($"speedup_{many}_silos{suffix}", Median(speedups), training ? $"{what}: {string.Join(", ", speedups.Select(BenchStoreCommand.Text))}" : $"{what}, by the clock", training ? $">= {0.95 * silos:0.0}" : "");
        }
        BenchStoreCommand.Write(found, asJson);
        return ExitCode.Done;

        void Add(string name, double value, string meaning, string target)
        {
            found.Add((name, value, meaning, target));
            Console.Error.WriteLine($"sweep: {name} {BenchStoreCommand.Text(value)}");
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
