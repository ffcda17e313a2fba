using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Leases;

namespace SweepCluster.Client.Bench;

/// <summary>What one kind of request costs when every silo of a fleet has made it.</summary>
/// <param name="Server">Milliseconds of one core of the server per request.</param>
/// <param name="Client">The same of this process, which speaks for all silos.</param>
internal sealed record FleetCost(string Request, int Requests, double Seconds, double Server, double Client);

/// <summary>
/// A fleet of silos with one slot each, spoken for by this process over a pool of connections, as behind a pooler. Each phase is one
/// kind of request by every silo; all their trials run at once, so the ledger's tables and indexes are those of a real fleet.
/// </summary>
internal sealed class FleetBench(Ledger ledger, CpuMeter cpu, CancellationToken cancel)
{
    private const int Pool = 48;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    public async Task<List<FleetCost>> MeasureAsync(int silos)
    {
        var sweep = await ledger.Launch.LaunchAsync(LedgerBench.Grid(silos), cancel: cancel);
        var fleet = Enumerable.Range(0, silos).Select(_ => SiloId.New()).ToArray();
        var leases = new Lease[silos];
        var costs = new List<FleetCost>
        {
            await PhaseAsync("join", silos, i => ledger.Silos.JoinAsync(new SiloCard(fleet[i], $"host{i / 8}", null, i, "bench", 1, Lease), cancel)),
            await PhaseAsync("claim", silos, async i => leases[i] = (await ledger.Leases.ClaimAsync(fleet[i], 1, Lease, cancel: cancel))[0].Lease),
            await PhaseAsync("heartbeat", silos, async i =>
            {
                if ((await ledger.Leases.RenewAsync(fleet[i], [leases[i]], Lease, cancel)).Held.Count != 1) throw new InvalidOperationException("a lease was lost");
                await ledger.Leases.RescueAsync(Lease, cancel);
            }),
            await PhaseAsync("flush", silos, i => HeldAsync(ledger.Results.RecordAsync(leases[i], new Store.Leases.Progress([new(1, 0.5, 0.6), new(2, 0.4, 0.5)], [], null, 0.2), cancel))),
            await PhaseAsync("idle poll", silos, async i => { if ((await ledger.Leases.ClaimAsync(fleet[i], 1, Lease, cancel: cancel)).Count > 0) throw new InvalidOperationException("a trial too many"); }),
            await PhaseAsync("end", silos, i => HeldAsync(ledger.Results.EndAsync(leases[i], Store.Leases.Progress.None, new Ending.Completed(new string('0', 64), null, null), cancel))),
        };
        await ledger.Leases.RescueAsync(Lease, cancel);
        if (await ledger.Sweeps.GetAsync(sweep, cancel) is not { State: SweepState.Completed }) throw new InvalidOperationException("the fleet's sweep did not complete");
        return costs;
    }

    private async Task<FleetCost> PhaseAsync(string name, int silos, Func<int, Task> request)
    {
        var (clock, client, server) = (Stopwatch.StartNew(), CpuMeter.Client, cpu.Server());
        await Parallel.ForAsync(0, silos, new ParallelOptions { MaxDegreeOfParallelism = Pool, CancellationToken = cancel }, async (i, _) => await request(i));
        return new FleetCost(name, silos, clock.Elapsed.TotalSeconds, 1000 * (cpu.Server() - server) / silos, 1000 * (CpuMeter.Client - client) / silos);
    }

    private static async Task HeldAsync(Task<Recording> write)
    {
        if (await write != Recording.Recorded) throw new InvalidOperationException("a lease was lost");
    }
}
