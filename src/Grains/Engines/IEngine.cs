using SweepCluster.Contracts;
using SweepCluster.Store.Leases;
using SweepCluster.Store.News;

namespace SweepCluster.Grains.Engines;

/// <summary>
/// What connects silos: who is there, where a trial's grain runs, and a quick word between them. It never holds truth: leases,
/// results and what people asked for are in the ledger, so a message lost, late, twice or forged harms nobody. Silos of several
/// engines may work on one store; what people ask for reaches all of them through the ledger. The suite
/// <c>EngineConformance</c> in tests/Cluster.Tests says what each implementation must do.
/// </summary>
public interface IEngine : IAsyncDisposable
{
    /// <summary>As <c>silos.engine</c> in the store shows it.</summary>
    string Name { get; }

    /// <summary>Joins the other silos, once, after the store knows the silo and before it claims anything.</summary>
    /// <param name="hints">What the engine may say to its silo from now on, from any thread.</param>
    Task JoinAsync(SiloCard silo, SiloHints hints, CancellationToken cancel);

    /// <summary>Leaves in order, after the last grain has ended.</summary>
    Task LeaveAsync(CancellationToken cancel);

    /// <summary>The silos that the engine believes alive, this one among them. A belief: nobody loses a lease for it.</summary>
    Task<IReadOnlyCollection<SiloId>> MembersAsync(CancellationToken cancel);

    /// <summary>Runs a grain in this silo, where the engine can address it by its trial and sweep until it ends.</summary>
    /// <param name="trained">Hears of each epoch, on the training thread; whoever wraps it must return at once.</param>
    /// <param name="abandon">Give up at once; for <see cref="TrialGrain.RunAsync"/>.</param>
    Task<TrialEnd> HostAsync(TrialGrain grain, Action<EpochLosses> trained, CancellationToken abandon);

    /// <summary>
    /// Has every silo that runs a trial of the sweep look at its leases now, where it finds what a person asked for. Sent after the
    /// ledger was changed; it arrives within a second, or the next heartbeat finds the same.
    /// </summary>
    Task NudgeAsync(SweepId sweep, CancellationToken cancel);

    /// <summary>Live news of a sweep's trials wherever they run, until cancelled: each within a second, some left out when there are too many.</summary>
    IAsyncEnumerable<TrialNews> FollowAsync(SweepId sweep, CancellationToken cancel);
}

/// <summary>What an engine tells its silo. A hint says where to look and decides nothing; one too many costs a statement.</summary>
/// <param name="LookForWork">There may be something to claim.</param>
/// <param name="LookAtLeases">A person may have asked for something, or a silo may be gone: renew and rescue now.</param>
public sealed record SiloHints(Action LookForWork, Action LookAtLeases);
