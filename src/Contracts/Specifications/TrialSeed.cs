namespace SweepCluster.Contracts;

/// <summary>
/// The seed of a trial, from the sweep's seed s and the replicate r alone: all configurations of a replicate share it (common
/// random numbers), so that their differences come from the hyperparameters and not from luck.
/// Replicate 0 has s itself; replicate r &gt; 0 has mix(s + r·0x9E3779B97F4A7C15) with the finalizer of SplitMix64 (Steele, Lea
/// and Flood 2014), which is one-to-one: for one s no two replicates r &gt; 0 share a seed.
/// </summary>
public static class TrialSeed
{
    public static ulong Of(ulong seed, int replicate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicate);
        return replicate == 0 ? seed : Mix(unchecked(seed + ((ulong)replicate * 0x9E3779B97F4A7C15)));
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
