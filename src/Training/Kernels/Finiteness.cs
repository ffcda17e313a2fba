using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>Whether a block holds neither NaN nor infinity: 0 · x is 0 for every finite x and NaN for all others.</summary>
internal static unsafe class Finiteness<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <param name="count">A multiple of <see cref="Padding.Lanes"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Of(float* block, int count)
    {
        var sum = TLanes.Zero;
        for (nint i = 0; i < count; i += TLanes.Count) sum = TLanes.FusedMultiplyAdd(TLanes.Load(block + i), TLanes.Zero, sum);
        var lanes = stackalloc float[Padding.Lanes];
        TLanes.Store(lanes, sum);
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            if (float.IsNaN(lanes[lane])) return false;
        }

        return true;
    }
}
