using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SweepCluster.Training.Random;

/// <summary>64-bit lanes that multiply their low halves: one counter of a Philox block in each.</summary>
internal unsafe interface IProducts<TVector> where TVector : struct
{
    static abstract int Count { get; }
    static abstract TVector Broadcast(ulong value);

    /// <summary>The offsets of the counters in the lanes, ordered so that <see cref="Store"/> writes blocks in sequence.</summary>
    static abstract TVector Offsets { get; }
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>Low half of left · low half of right, all 64 bits.</summary>
    static abstract TVector MultiplyLow(TVector left, TVector right);

    /// <summary>(product &gt;&gt; 32) ^ x ^ key: upper halves of x are noise that no later product reads.</summary>
    static abstract TVector HighXor(TVector product, TVector x, TVector key);

    /// <summary>Four words of each lane's block (low halves), blocks in sequence.</summary>
    static abstract void Store(uint* target, TVector x0, TVector x1, TVector x2, TVector x3);
}

internal readonly unsafe struct Products512 : IProducts<Vector512<ulong>>
{
    public static int Count => 8;

    public static Vector512<ulong> Offsets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Broadcast(ulong value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Add(Vector512<ulong> left, Vector512<ulong> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MultiplyLow(Vector512<ulong> left, Vector512<ulong> right) =>
        Avx512F.IsSupported ? Avx512F.Multiply(left.AsUInt32(), right.AsUInt32())
            : Vector512.Create(
                Products256.MultiplyLow(left.GetLower(), right.GetLower()), Products256.MultiplyLow(left.GetUpper(), right.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> HighXor(Vector512<ulong> product, Vector512<ulong> x, Vector512<ulong> key) =>
        Vector512.ShiftRightLogical(product, 32) ^ x ^ key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* target, Vector512<ulong> x0, Vector512<ulong> x1, Vector512<ulong> x2, Vector512<ulong> x3)
    {
        var low = Vector512.Create(0xFFFF_FFFFUL);
        var pair0 = (x0 & low) | Vector512.ShiftLeft(x1, 32);
        var pair1 = (x2 & low) | Vector512.ShiftLeft(x3, 32);
        if (Avx512F.IsSupported)
        {
            Vector512.Store(Avx512F.UnpackLow(pair0, pair1), (ulong*)target);
            Vector512.Store(Avx512F.UnpackHigh(pair0, pair1), (ulong*)(target + 16));
            return;
        }

        for (var lane = 0; lane < 8; lane++)
        {
            var block = (ulong*)target + (2 * ((lane >> 1) + ((lane & 1) * 4)));
            block[0] = pair0[lane];
            block[1] = pair1[lane];
        }
    }
}

internal readonly unsafe struct Products256 : IProducts<Vector256<ulong>>
{
    public static int Count => 4;

    public static Vector256<ulong> Offsets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0UL, 2, 1, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Broadcast(ulong value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Add(Vector256<ulong> left, Vector256<ulong> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> MultiplyLow(Vector256<ulong> left, Vector256<ulong> right)
    {
        if (Avx2.IsSupported) return Avx2.Multiply(left.AsUInt32(), right.AsUInt32());
        var low = Vector256.Create(0xFFFF_FFFFUL);
        return (left & low) * (right & low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> HighXor(Vector256<ulong> product, Vector256<ulong> x, Vector256<ulong> key) =>
        Vector256.ShiftRightLogical(product, 32) ^ x ^ key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* target, Vector256<ulong> x0, Vector256<ulong> x1, Vector256<ulong> x2, Vector256<ulong> x3)
    {
        var low = Vector256.Create(0xFFFF_FFFFUL);
        var pair0 = (x0 & low) | Vector256.ShiftLeft(x1, 32);
        var pair1 = (x2 & low) | Vector256.ShiftLeft(x3, 32);
        if (Avx2.IsSupported)
        {
            Vector256.Store(Avx2.UnpackLow(pair0, pair1), (ulong*)target);
            Vector256.Store(Avx2.UnpackHigh(pair0, pair1), (ulong*)(target + 8));
            return;
        }

        for (var lane = 0; lane < 4; lane++)
        {
            var block = (ulong*)target + (2 * ((lane >> 1) + ((lane & 1) * 2)));
            block[0] = pair0[lane];
            block[1] = pair1[lane];
        }
    }
}

/// <summary>Philox over lanes; its slow sibling is <see cref="Philox.Reference"/>.</summary>
internal static unsafe class PhiloxLanes<TProducts, TVector>
    where TProducts : struct, IProducts<TVector>
    where TVector : unmanaged
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(in RandomStream stream, uint firstBlock, uint* words, int count, int rounds)
    {
        // The keys of the rounds are the same for every block.
        var keys = stackalloc TVector[2 * rounds];
        TVector key0 = TProducts.Broadcast(stream.Key0), key1 = TProducts.Broadcast(stream.Key1);
        for (var round = 0; round < rounds; round++)
        {
            (keys[2 * round], keys[(2 * round) + 1]) = (key0, key1);
            key0 = TProducts.Add(key0, TProducts.Broadcast(Philox.Weyl0));
            key1 = TProducts.Add(key1, TProducts.Broadcast(Philox.Weyl1));
        }

        var counter1 = TProducts.Broadcast(stream.Counter1);
        var counter2 = TProducts.Broadcast(stream.Counter2);
        var counter3 = TProducts.Broadcast(stream.Counter3);
        TVector multiplier0 = TProducts.Broadcast(Philox.Multiplier0), multiplier1 = TProducts.Broadcast(Philox.Multiplier1);
        var offsets = TProducts.Offsets;
        nint i = 0;
        for (; i + (8 * TProducts.Count) <= count; i += 8 * TProducts.Count)
        {
            // Two blocks of counters side by side: one alone waits for its products.
            TVector x0 = TProducts.Add(TProducts.Broadcast(firstBlock + (ulong)(i >> 2)), offsets), y0 = TProducts.Add(x0, TProducts.Broadcast((ulong)TProducts.Count));
            TVector x1 = counter1, x2 = counter2, x3 = counter3, y1 = counter1, y2 = counter2, y3 = counter3;
            var key = keys;
            for (var round = rounds; round > 0; round--, key += 2)
            {
                Round(multiplier0, multiplier1, key, ref x0, ref x1, ref x2, ref x3);
                Round(multiplier0, multiplier1, key, ref y0, ref y1, ref y2, ref y3);
            }

            TProducts.Store(words + i, x0, x1, x2, x3);
            TProducts.Store(words + i + (4 * TProducts.Count), y0, y1, y2, y3);
        }

        for (; i < count; i += 4 * TProducts.Count)
        {
            var x0 = TProducts.Add(TProducts.Broadcast(firstBlock + (ulong)(i >> 2)), offsets);
            TVector x1 = counter1, x2 = counter2, x3 = counter3;
            for (var round = 0; round < rounds; round++) Round(multiplier0, multiplier1, keys + (2 * round), ref x0, ref x1, ref x2, ref x3);
            TProducts.Store(words + i, x0, x1, x2, x3);
        }
    }

    // Only low halves are numbers here; what a sum or a product leaves above them is never read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(TVector multiplier0, TVector multiplier1, TVector* key, ref TVector x0, ref TVector x1, ref TVector x2, ref TVector x3)
    {
        var product0 = TProducts.MultiplyLow(multiplier0, x0);
        var product1 = TProducts.MultiplyLow(multiplier1, x2);
        x0 = TProducts.HighXor(product1, x1, key[0]);
        x1 = product1;
        x2 = TProducts.HighXor(product0, x3, key[1]);
        x3 = product0;
    }
}
