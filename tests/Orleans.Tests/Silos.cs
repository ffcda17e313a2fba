using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Tests;

namespace SweepCluster.Orleans.Tests;

/// <summary>Engines without the silo around them: the test claims and hosts by itself.</summary>
internal static class Silos
{
    public static async Task<SiloId> JoinAsync(this Ledger ledger, OrleansEngine engine, SiloHints? hints = null)
    {
        var card = new SiloCard(SiloId.New(), "test", null, Environment.ProcessId, engine.Name, 1, Sample.Lease);
        await ledger.Silos.JoinAsync(card);
        await engine.JoinAsync(card, hints ?? new SiloHints(() => { }, () => { }), CancellationToken.None);
        return card.Id;
    }

    public static async Task<TrialGrain> GrainAsync(this Ledger ledger, Claim claim)
    {
        var specification = await ledger.Sweeps.SpecificationAsync(claim.Sweep);
        return new TrialGrain(
            claim, specification.Resolve(Configuration.FromJson(claim.Configuration), claim.Replicate), ledger, new DataSets(ledger),
            GrainOptions.Default, TimeProvider.System, NullLogger.Instance);
    }
}
