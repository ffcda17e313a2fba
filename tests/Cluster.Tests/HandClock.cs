namespace SweepCluster.Cluster.Tests;

/// <summary>Time that passes when a test says so.</summary>
internal sealed class HandClock : TimeProvider
{
    public double Seconds { get; private set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => (long)(Seconds * 1_000_000);

    public void Pass(double seconds) => Seconds += seconds;
}
