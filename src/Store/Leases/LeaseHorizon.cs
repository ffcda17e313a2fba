namespace SweepCluster.Store.Leases;

/// <summary>
/// The earliest time at which a lease that is held runs out, as far as this process knows, by the database's clock. A search for those that
/// ran out begins there and does not walk over all that ended. None is given out for the past, so only a claim that was long on its
/// way or a clock that was set back makes it wrong: after <see cref="Lifetime"/> a search begins anew.
/// </summary>
internal sealed class LeaseHorizon(TimeProvider time)
{
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private static readonly DateTime Ever = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc); // to the driver: -infinity

    private readonly Lock _lock = new();
    private DateTime _earliest = Ever;
    private long _since = time.GetTimestamp();

    /// <summary>Where a search begins.</summary>
    public DateTime Begin()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_since) <= Lifetime) return _earliest;
            _since = time.GetTimestamp();
            return _earliest = Ever;
        }
    }

    /// <param name="earliest">What the store found from where the search began.</param>
    public void Advance(DateTime earliest)
    {
        lock (_lock) if (earliest > _earliest) _earliest = earliest;
    }
}
