using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Diagnostics;

/// <summary>What this core can do at best: chains of fused multiply-adds that never leave the registers.</summary>
public static class FmaPeak
{
    private const int Rounds = 1_000_000;

    /// <summary>Operations of <see cref="Slice"/>; a multiply-add is two.</summary>
    public static double Operations => 2.0 * FmaChains.Count * (int)LaneWidths.Best * Rounds;

    /// <summary>The seconds of some multiply-adds of the widest vector: about as many as an epoch of the notebook's takes.</summary>
    public static double Slice()
    {
        var clock = Stopwatch.StartNew();
        _ = LaneWidths.Best switch
        {
            LaneWidth.Vector512 => FmaChains<Lanes512, Vector512<float>>.Run(Rounds),
            LaneWidth.Vector256 => FmaChains<Lanes256, Vector256<float>>.Run(Rounds),
            LaneWidth.Vector128 => FmaChains<Lanes128, Vector128<float>>.Run(Rounds),
            _ => FmaChains<LanesScalar, float>.Run(Rounds),
        };
        return clock.Elapsed.TotalSeconds;
    }
}

internal static class FmaChains
{
    /// <summary>More than latency × units of any processor asks for, and few enough for 16 registers.</summary>
    public const int Count = 12;
}

/// <summary>Twelve independent chains.</summary>
internal static unsafe class FmaChains<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Run(int rounds)
    {
        var x = TLanes.Broadcast(0.999f);
        var y = TLanes.Broadcast(0.001f);
        TVector a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (var round = rounds; round > 0; round--)
        {
            a = TLanes.FusedMultiplyAdd(a, x, y);
            b = TLanes.FusedMultiplyAdd(b, x, y);
            c = TLanes.FusedMultiplyAdd(c, x, y);
            d = TLanes.FusedMultiplyAdd(d, x, y);
            e = TLanes.FusedMultiplyAdd(e, x, y);
            f = TLanes.FusedMultiplyAdd(f, x, y);
            g = TLanes.FusedMultiplyAdd(g, x, y);
            h = TLanes.FusedMultiplyAdd(h, x, y);
            i = TLanes.FusedMultiplyAdd(i, x, y);
            j = TLanes.FusedMultiplyAdd(j, x, y);
            k = TLanes.FusedMultiplyAdd(k, x, y);
            l = TLanes.FusedMultiplyAdd(l, x, y);
        }

        var sum = TLanes.Add(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Add(TLanes.Add(e, f), TLanes.Add(g, h)));
        sum = TLanes.Add(sum, TLanes.Add(TLanes.Add(i, j), TLanes.Add(k, l)));
        var lanes = stackalloc float[Padding.Lanes];
        TLanes.Store(lanes, sum);
        return lanes[0];
    }
}
