namespace SweepCluster.Store.Tests;

/// <summary>Stands still until it is told what has passed.</summary>
internal sealed class Clock : TimeProvider
{
    public TimeSpan Passed { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Passed.Ticks;
}
