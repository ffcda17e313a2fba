namespace SweepCluster.Silo;

/// <summary>What a silo knows of its own health. Written by its loops, read from any thread.</summary>
/// <param name="lease">As long as the cluster trusts it without a sign of life.</param>
public sealed class SiloHealth(TimeSpan lease, TimeProvider time)
{
    // A statement may hang until the driver gives it up; only after that is a loop that does not turn a fault of ours.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private long _turned = time.GetTimestamp();
    private long _answered;
    private volatile bool _stopping;

    /// <summary>The process does its work, whether or not the store answers: to be restarted when it does not.</summary>
    public bool IsLive => time.GetElapsedTime(Volatile.Read(ref _turned)) < lease + Hang;

    /// <summary>It has joined, is not about to leave, and the store answered within its lease.</summary>
    public bool IsReady => !_stopping && SinceAnswer is { } since && since < lease;

    /// <summary>Since the store last took a heartbeat; null before the first.</summary>
    public TimeSpan? SinceAnswer => Volatile.Read(ref _answered) is not 0 and var at ? time.GetElapsedTime(at) : null;

    public bool IsStopping => _stopping;

    internal void Turn() => Volatile.Write(ref _turned, time.GetTimestamp());

    internal void Answer() => Volatile.Write(ref _answered, time.GetTimestamp());

    internal void Stop() => _stopping = true;
}
