using System.Collections.Concurrent;
using SweepCluster.Contracts;

namespace SweepCluster.Silo;

/// <summary>
/// Slot-seconds that each sweep had of this silo, older ones counting less. A silo that always claims for the sweep that had least
/// shares its time evenly between sweeps of one priority, however long their trials are; and where every silo does, so does the
/// cluster, without asking the store who has what.
/// </summary>
internal sealed class SlotShares(TimeProvider time)
{
    // A sweep that comes late is not paid back for more than about this.
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    // Less is as good as nothing.
    private const double Least = 1e-3;

    private readonly ConcurrentDictionary<SweepId, (double Seconds, long At)> _past = new();

    public void Charge(SweepId sweep, TimeSpan slot) => _past.AddOrUpdate(
        sweep, _ => (slot.TotalSeconds, time.GetTimestamp()), (_, past) => (Faded(past) + slot.TotalSeconds, time.GetTimestamp()));

    /// <param name="running">Trials on the slots now, with the timestamp of their start.</param>
    public IReadOnlyDictionary<SweepId, double> Of(IEnumerable<(SweepId Sweep, long Started)> running)
    {
        var shares = new Dictionary<SweepId, double>();
        foreach (var (sweep, past) in _past)
        {
            if (Faded(past) is >= Least and var seconds) shares[sweep] = seconds;
            else _past.TryRemove(new(sweep, past));
        }
        // A trial that has just begun counts a little too, or one claim of many slots would give all of them to one sweep.
        foreach (var (sweep, started) in running) shares[sweep] = shares.GetValueOrDefault(sweep) + Least + time.GetElapsedTime(started).TotalSeconds;
        return shares;
    }

    private double Faded((double Seconds, long At) past) => past.Seconds * Math.Pow(0.5, time.GetElapsedTime(past.At) / HalfLife);
}
