using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Random;

/// <summary>
/// Fisher–Yates from the last place down, each place drawn as the high half of 64 random bits × (places left): every order
/// has its probability up to a relative error of n² · 2⁻⁶⁴ (3·10⁻¹² for 7,000 rows).
/// </summary>
internal static unsafe class Shuffle
{
    private const int Chunk = 512;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InPlace(LaneWidth width, in RandomStream stream, Span<int> items)
    {
        var words = stackalloc uint[Chunk];
        var draw = 0;
        for (var last = items.Length - 1; last > 0; last--, draw++)
        {
            var place = draw * 2 % Chunk;
            if (place == 0) Philox.Fill(width, stream, (uint)draw / 2, words, Chunk, RandomStream.Rounds);
            var other = (int)Math.BigMul(((ulong*)words)[place / 2], (ulong)(last + 1), out _);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
