namespace SweepCluster.Grains;

/// <summary>When to speak of something that goes on failing: at once, then each minute, and once when it is over.</summary>
public sealed class Outage(TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private long? _began;
    private long _spoken;

    /// <returns>Whether to say so now.</returns>
    public bool Fails()
    {
        var now = time.GetTimestamp();
        if (_began is not null && time.GetElapsedTime(_spoken, now) < Silence) return false;
        _began ??= now;
        _spoken = now;
        return true;
    }

    /// <returns>How long it was, where there was one.</returns>
    public TimeSpan? Ends()
    {
        if (_began is not { } began) return null;
        _began = null;
        return time.GetElapsedTime(began);
    }
}
