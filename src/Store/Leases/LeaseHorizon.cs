namespace SweepCluster.Store.Leases;

/// <summary>
/// Until when this process has searched for leases that ran out, by the database's clock: none that is held runs out before, for each
/// is given out for the time to come. A search that begins there does not walk over all that ended. A claim that was long on its way
/// or a clock that was set back may make it wrong, so after <see cref="Lifetime"/> it begins anew.
/// </summary>
internal sealed class LeaseHorizon(TimeProvider time)
{
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private static readonly DateTime Ever = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc); // to the driver: -infinity

    private readonly Lock _lock = new();
    private DateTime _searched = Ever;
    private long _since = time.GetTimestamp();

    /// <summary>Where a search begins.</summary>
    public DateTime Begin()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_since) <= Lifetime) return _searched;
            _since = time.GetTimestamp();
            return _searched = Ever;
        }
    }

    /// <param name="until">When a search was made that left nothing.</param>
    public void Advance(DateTime until)
    {
        lock (_lock) if (until > _searched) _searched = until;
    }
}
