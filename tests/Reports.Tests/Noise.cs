namespace SweepCluster.Reports.Tests;

/// <summary>Numbers that look random and are the same in every run: a linear congruential generator (Knuth's MMIX).</summary>
internal sealed class Noise(ulong seed)
{
    private ulong _state = seed;

    public static float[] Floats(int count, float low, float high, ulong seed = 42)
    {
        var noise = new Noise(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(low + (noise.Next() * (high - low))))];
    }

    /// <summary>In [0, 1).</summary>
    public double Next()
    {
        _state = (_state * 6364136223846793005) + 1442695040888963407;
        return (_state >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Mean 0, standard deviation 1, by twelve uniforms: no libm, so the same bits everywhere.</summary>
    public double Normal() => Enumerable.Range(0, 12).Sum(_ => Next()) - 6;
}
