using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.News;

namespace SweepCluster.Silo;

/// <summary>Silos connected by their ledger alone: heartbeats are membership, announcements of the store are the way to a grain.</summary>
public sealed class BuiltInEngine(Ledger ledger) : IEngine
{
    public string Name => "built-in";

    // The silo's own heartbeat and ear for the store do all of it.
    public Task JoinAsync(SiloCard silo, SiloHints hints, CancellationToken cancel) => Task.CompletedTask;

    public Task LeaveAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task<IReadOnlyCollection<SiloId>> MembersAsync(CancellationToken cancel) => ledger.Silos.RunningAsync(cancel);

    public Task<TrialEnd> HostAsync(TrialGrain grain, Action<EpochLosses> trained, CancellationToken abandon) => grain.RunAsync(trained, abandon);

    public Task NudgeAsync(SweepId sweep, CancellationToken cancel) => ledger.Control.NudgeAsync(sweep, cancel);

    public IAsyncEnumerable<TrialNews> FollowAsync(SweepId sweep, CancellationToken cancel) => ledger.News.FollowAsync(sweep, cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
