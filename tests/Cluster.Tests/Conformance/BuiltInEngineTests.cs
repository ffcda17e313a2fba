using SweepCluster.Grains.Engines;
using SweepCluster.Silo;
using SweepCluster.Store;

namespace SweepCluster.Cluster.Tests.Conformance;

public sealed class BuiltInEngineTests : EngineConformance
{
    protected override Task<IEngine> CreateAsync(Ledger ledger) => Task.FromResult<IEngine>(new BuiltInEngine(ledger));
}
