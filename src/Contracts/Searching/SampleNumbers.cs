namespace SweepCluster.Contracts.Searching;

/// <summary>
/// Random numbers by counter: the number of a (seed, name, index) does not depend on which others were asked for, so a search that
/// is made longer keeps its first configurations, and a key that is added moves no other. Words are SplitMix64's finalizer (Steele,
/// Lea and Flood 2014) over a counter.
/// </summary>
internal static class SampleNumbers
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A stream of its own for each key.</summary>
    public static ulong Stream(ulong seed, string name)
    {
        // FNV-1a, 64 bits: a hash that is the same in every process.
        var hash = 0xCBF29CE484222325;
        foreach (var character in name)
            hash = unchecked((hash ^ character) * 0x100000001B3);
        return Mix(unchecked(Mix(seed + Golden) + hash));
    }

    /// <returns>In [0, 1), in steps of 2⁻⁵³.</returns>
    public static double At(ulong stream, long index) => (Mix(unchecked(stream + ((ulong)(index + 1) * Golden))) >> 11) / (double)(1L << 53);

    public static uint Word(ulong stream, long index) => (uint)(Mix(unchecked(stream + ((ulong)(index + 1) * Golden))) >> 32);

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
