using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Diagnostics;

/// <summary>What this core can do at best: chains of fused multiply-adds that never leave the registers.</summary>
public static class FmaPeak
{
    private const int Rounds = 200_000;

    /// <summary>10⁹ operations a second (a multiply-add is two) of the widest vector; the best of some tries of a few milliseconds.</summary>
    public static double MeasureGigaflops(int tries = 10)
    {
        var best = 0.0;
        for (var time = 0; time < tries; time++)
        {
            best = Math.Max(best, LaneWidths.Best switch
            {
                LaneWidth.Vector512 => FmaChains<Lanes512, Vector512<float>>.Gigaflops(Rounds),
                LaneWidth.Vector256 => FmaChains<Lanes256, Vector256<float>>.Gigaflops(Rounds),
                LaneWidth.Vector128 => FmaChains<Lanes128, Vector128<float>>.Gigaflops(Rounds),
                _ => FmaChains<LanesScalar, float>.Gigaflops(Rounds),
            });
        }

        return best;
    }
}

/// <summary>Twelve independent chains: more than latency × units of any processor asks for, and few enough for 16 registers.</summary>
internal static unsafe class FmaChains<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static double Gigaflops(int rounds)
    {
        var clock = Stopwatch.StartNew();
        Run(rounds);
        return 2.0 * 12 * TLanes.Count * rounds / clock.Elapsed.TotalSeconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Run(int rounds)
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
