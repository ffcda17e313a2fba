using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Random;

/// <summary>Standard normal numbers after Box and Muller (1958): two from each 128-bit block, in double.</summary>
internal static class Normal
{
    /// <summary>Number <paramref name="index"/> of the stream: the cosine of block index / 2 where even, the sine where odd.</summary>
    public static double At(in RandomStream stream, uint index)
    {
        var block = Philox.Block(stream, index / 2);
        var radius = Math.Sqrt(-2 * Precise.Log(Uniform(block.Low)));
        var angle = 2 * Math.PI * Uniform(block.High);
        return radius * ((index & 1) == 0 ? Precise.Cos(angle) : Precise.Sin(angle));
    }

    /// <summary>The middle of one of 2⁵² equal parts of (0, 1), exactly: never 0, never 1.</summary>
    private static double Uniform(ulong bits) => ((bits >> 12) + 0.5) * (1.0 / (1UL << 52));
}
