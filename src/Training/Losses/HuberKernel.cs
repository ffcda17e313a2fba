using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Losses;

/// <summary>
/// Huber's loss and its derivative. With d = y − t and c = d cut to [−δ, δ] both branches are one formula: the loss is
/// c · (d − c / 2), its derivative c.
/// </summary>
internal static unsafe class HuberKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>
    /// Writes scale · c, returns Σ c · (d − c / 2) in 16 lanes; count a multiple of <see cref="Padding.Lanes"/>, with y = t in the
    /// padding.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Errors(float* y, float* target, float* delta, float limit, float scale, int count)
    {
        var partial = stackalloc float[Padding.Lanes];
        var factor = TLanes.Broadcast(scale);
        var up = TLanes.Broadcast(limit);
        var down = TLanes.Broadcast(-limit);
        var half = TLanes.Broadcast(-0.5f);
        for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint i = lane; i < count; i += Padding.Lanes)
            {
                var d = TLanes.Subtract(TLanes.Load(y + i), TLanes.Load(target + i));
                var c = TLanes.WhereGreater(d, up, up, TLanes.WhereGreater(down, d, down, d));
                sum = TLanes.FusedMultiplyAdd(c, TLanes.FusedMultiplyAdd(half, c, d), sum);
                TLanes.Store(delta + i, TLanes.Multiply(factor, c));
            }

            TLanes.Store(partial + lane, sum);
        }

        return Sums<TLanes, TVector>.Fold(partial);
    }
}
