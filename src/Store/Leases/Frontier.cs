using SweepCluster.Contracts;

namespace SweepCluster.Store.Leases;

/// <summary>
/// Up to where this process has claimed in each sweep: before that place nothing is Pending, as far as it knows. A claim that begins
/// there does not walk over what all claims before it left behind in the index. It may be wrong, so it is forgotten when trials
/// become Pending again, when nothing is found beyond it, and in any case after <see cref="Lifetime"/>.
/// </summary>
internal sealed class Frontier(TimeProvider time)
{
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<SweepId, (int Replicate, long Ordinal)> _places = [];
    private long _since = time.GetTimestamp();
    private long _forgotten;

    /// <summary>What a claim begins with.</summary>
    public Beginning Begin()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_since) > Lifetime)
            {
                // Nor may claims under way bring back what is cleared.
                if (_places.Count > 0) _forgotten++;
                Clear();
            }
            return new Beginning(_forgotten, _places.ToDictionary());
        }
    }

    /// <summary>What a claim has found. Where something was forgotten since it began, it may have looked before that became Pending.</summary>
    public void Advance(Beginning from, IReadOnlyList<Claim> claims)
    {
        lock (_lock)
        {
            if (from.Forgotten != _forgotten) return;
            foreach (var claim in claims)
            {
                var place = (claim.Replicate, claim.Ordinal); // in the order in which trials are claimed
                if (!_places.TryGetValue(claim.Sweep, out var known) || known.CompareTo(place) < 0) _places[claim.Sweep] = place;
            }
        }
    }

    /// <param name="sweep">Null: all.</param>
    public void Forget(SweepId? sweep)
    {
        lock (_lock)
        {
            _forgotten++;
            if (sweep is { } one) _places.Remove(one);
            else Clear();
        }
    }

    private void Clear()
    {
        _places.Clear();
        _since = time.GetTimestamp();
    }

    /// <summary>Where claims of each sweep begin; of one that is not named, at its first trial.</summary>
    internal sealed record Beginning(long Forgotten, IReadOnlyDictionary<SweepId, (int Replicate, long Ordinal)> Places)
    {
        /// <param name="sweep">Null: any sweep.</param>
        public bool LeavesOut(SweepId? sweep) => sweep is { } one ? Places.ContainsKey(one) : Places.Count > 0;
    }
}
