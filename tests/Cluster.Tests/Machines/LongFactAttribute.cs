namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>A test of minutes, run with SWEEP_CHAOS=long alone.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = Seed.IsLong ? null : "takes minutes: SWEEP_CHAOS=long runs it";
}
