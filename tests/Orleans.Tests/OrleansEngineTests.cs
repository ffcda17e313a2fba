using SweepCluster.Cluster.Tests.Conformance;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;

namespace SweepCluster.Orleans.Tests;

/// <summary>The suite of every engine, with Orleans silos that find one another through the store.</summary>
public sealed class OrleansEngineTests : EngineConformance
{
    protected override Task<IEngine> CreateAsync(Ledger ledger) => Task.FromResult<IEngine>(new OrleansEngine(ledger));
}
