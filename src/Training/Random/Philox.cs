using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Random;

/// <summary>
/// Philox4x32 (Salmon, Moraes, Dror, Shaw: Parallel random numbers, as easy as 1, 2, 3. SC 2011): block i of a stream is a
/// keyed bijection of its counter, so any word can be had at once, in any order, on any machine.
/// </summary>
internal static unsafe class Philox
{
    public const uint Multiplier0 = 0xD2511F53;
    public const uint Multiplier1 = 0xCD9E8D57;
    public const uint Weyl0 = 0x9E3779B9;
    public const uint Weyl1 = 0xBB67AE85;

    /// <summary>The words of blocks 0, 1, … into <paramref name="words"/>: word n is word n mod 4 of block n / 4.</summary>
    /// <param name="count">A multiple of <see cref="Granularity"/>.</param>
    public static void Fill(LaneWidth width, in RandomStream stream, uint firstBlock, uint* words, int count, int rounds)
    {
        switch (width)
        {
            case LaneWidth.Vector512: PhiloxLanes<Products512, System.Runtime.Intrinsics.Vector512<ulong>>.Fill(stream, firstBlock, words, count, rounds); break;
            case LaneWidth.Vector256: PhiloxLanes<Products256, System.Runtime.Intrinsics.Vector256<ulong>>.Fill(stream, firstBlock, words, count, rounds); break;
            default: Reference(stream, firstBlock, words, count, rounds); break;
        }
    }

    /// <summary>Words come in eights of blocks.</summary>
    public const int Granularity = 32;

    public static int RoundUp(int words) => (words + Granularity - 1) / Granularity * Granularity;

    public static void Reference(in RandomStream stream, uint firstBlock, uint* words, int count, int rounds)
    {
        for (var i = 0; i < count; i += 4)
        {
            var block = Block(stream, firstBlock + ((uint)i / 4), rounds);
            words[i] = block.W0;
            words[i + 1] = block.W1;
            words[i + 2] = block.W2;
            words[i + 3] = block.W3;
        }
    }

    public static RandomBlock Block(in RandomStream stream, uint index, int rounds = RandomStream.Rounds) =>
        Block(new RandomBlock(index, stream.Counter1, stream.Counter2, stream.Counter3), stream.Key0, stream.Key1, rounds);

    public static RandomBlock Block(RandomBlock counter, uint key0, uint key1, int rounds)
    {
        var (x0, x1, x2, x3) = counter;
        for (var round = 0; round < rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            x0 = (uint)(product1 >> 32) ^ x1 ^ key0;
            x1 = (uint)product1;
            x2 = (uint)(product0 >> 32) ^ x3 ^ key1;
            x3 = (uint)product0;
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return new RandomBlock(x0, x1, x2, x3);
    }
}

/// <summary>128 random bits.</summary>
internal readonly record struct RandomBlock(uint W0, uint W1, uint W2, uint W3)
{
    public ulong Low => W0 | ((ulong)W1 << 32);

    public ulong High => W2 | ((ulong)W3 << 32);
}
