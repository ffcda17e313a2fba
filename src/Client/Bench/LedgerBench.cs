using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Leases;

namespace SweepCluster.Client.Bench;

/// <summary>What the ledger costs without any training: processor time per trial, claims per second, seconds to launch.</summary>
internal sealed class LedgerBench(Ledger ledger, CpuMeter cpu, CancellationToken cancel)
{
    private const int Writers = 2;
    private const int Epochs = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Creates a sweep and takes each of its trials through claim, a flush, an ending: 50 losses, two snapshots.
    /// </summary>
    /// <returns>Milliseconds of one core per trial: this process's and the server's.</returns>
    public async Task<(double Client, double Server)> CostAsync(int trials, int parameters)
    {
        var silo = await JoinAsync(slots: Writers);
        var (client, server) = (CpuMeter.Client, cpu.Server());
        var sweep = await ledger.Launch.LaunchAsync(Grid(trials), cancel: cancel);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WorkAsync(silo, sweep, parameters), cancel)));
        await ledger.Leases.RescueAsync(Lease, cancel);
        var cost = (1000 * (CpuMeter.Client - client) / trials, 1000 * (cpu.Server() - server) / trials);
        await ledger.Silos.LeaveAsync(silo, cancel);
        var left = await ledger.Sweeps.GetAsync(sweep, cancel);
        return left is { State: SweepState.Completed } ? cost : throw new InvalidOperationException($"{sweep} is {left?.State} with {left?.Completed} of {trials} completed");
    }

    /// <returns>Seconds by the clock.</returns>
    public async Task<(SweepId Sweep, double Seconds)> LaunchAsync(int trials)
    {
        var grid = Grid(trials);
        var clock = Stopwatch.StartNew();
        return (await ledger.Launch.LaunchAsync(grid, cancel: cancel), clock.Elapsed.TotalSeconds);
    }

    /// <summary>Single trials claimed over as many connections at once, until the time is over or the sweep is.</summary>
    public async Task<(double PerSecond, double Milliseconds)> ClaimsAsync(SweepId sweep, int connections, TimeSpan time)
    {
        var silos = new List<SiloId>();
        for (var i = 0; i < connections; i++) silos.Add(await JoinAsync(slots: 1));
        // The first claims open connections and prepare statements.
        await Task.WhenAll(silos.Select(s => ClaimSomeAsync(s, sweep, () => 8)));
        var (clock, client, server) = (Stopwatch.StartNew(), CpuMeter.Client, cpu.Server());
        var claimed = (await Task.WhenAll(silos.Select(s => ClaimSomeAsync(s, sweep, () => clock.Elapsed < time ? long.MaxValue : 0)))).Sum();
        return (claimed / clock.Elapsed.TotalSeconds, 1000 * (CpuMeter.Client - client + cpu.Server() - server) / claimed);
    }

    private async Task<long> ClaimSomeAsync(SiloId silo, SweepId sweep, Func<long> most)
    {
        await Task.Yield();
        var claimed = 0L;
        while (claimed < most() && (await ledger.Leases.ClaimAsync(silo, 1, Lease, sweep, cancel: cancel)).Count > 0) claimed++;
        return claimed;
    }

    private async Task WorkAsync(SiloId silo, SweepId sweep, int parameters)
    {
        var theta = new float[parameters];
        for (var i = 0; i < parameters; i++) theta[i] = 1f / (i + 1);
        var hash = new string('0', 64);
        var halves = Enumerable.Range(1, Epochs).Select(e => new EpochLosses(e, 1.0 / e, 2.0 / e)).Chunk(Epochs / 2).ToList();
        while (await ledger.Leases.ClaimAsync(silo, 1, Lease, sweep, cancel: cancel) is [var claim])
        {
            await ledger.Results.ResumeAsync(claim.Lease, cancel);
            await ledger.Results.RecordAsync(claim.Lease, new Store.Leases.Progress(halves[0], [new Snapshot(0, theta)], null, 0.1), cancel);
            await ledger.Results.EndAsync(claim.Lease, new Store.Leases.Progress(halves[1], [new Snapshot(Epochs, theta)], null, 0.1), new Ending.Completed(hash, null, null), cancel);
        }
    }

    private async Task<SiloId> JoinAsync(int slots)
    {
        var silo = SiloId.New();
        await ledger.Silos.JoinAsync(new SiloCard(silo, Environment.MachineName, null, Environment.ProcessId, "bench", slots, Lease), cancel);
        return silo;
    }

    /// <summary>A sweep of about so many trials in a grid of two axes, as real ones are.</summary>
    internal static Specification Grid(int trials, string training = "{epochs: 50, batch: 64}", string data = "{kind: oscillation, points: 1000}")
    {
        var rows = Enumerable.Range(1, (int)Math.Sqrt(trials)).Last(n => trials % n == 0);
        return Read($"""
            name: bench
            seed: 1
            data: {data}
            model: {"{stem: 4, hidden: [4]}"}
            training: {training}
            grid:
              regularization.l1: [{string.Join(", ", Enumerable.Range(0, rows).Select(i => $"{i}e-9"))}]
              regularization.l2: [{string.Join(", ", Enumerable.Range(0, trials / rows).Select(i => $"{i}e-9"))}]
            """);
    }

    internal static Specification Read(string yaml)
    {
        var (specification, problems) = SweepFile.Parse(yaml);
        return specification ?? throw new InvalidOperationException(string.Join('\n', problems));
    }
}
