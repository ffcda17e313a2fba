using System.Runtime.CompilerServices;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// What the last layer of few outputs passes down, in one go: a product of that little depth would only write what is read again.
/// δ′[r, c] = f′ · Σₒ δ[r, o] · w[o, c] as <see cref="Elementwise{TLanes, TVector}"/> has it, o ascending, and Σᵣ δ′[r, c], r ascending.
/// </summary>
internal static unsafe class NarrowLayer<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <param name="a">The lower layer's outputs; as all blocks here rows × columns.</param>
    /// <param name="tiny">As in <see cref="Elementwise{TLanes, TVector}.Backward(TVector, TVector, TVector, float, in DropoutMask, nint)"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PassOn(
        float* delta, int outputs, float* w, nint wStride, int rows, nint columns, float* a, float slope, float tiny, DropoutMask mask, float* next, float* sums)
    {
        var s = TLanes.Broadcast(slope);
        for (nint c = 0; c < columns; c += 2 * TLanes.Count)
        {
            // Columns come in sixteens: where two vectors are too many, the second is the first again.
            var other = c + TLanes.Count < columns ? TLanes.Count : 0;
            TVector sum0 = TLanes.Zero, sum1 = TLanes.Zero;
            for (var r = 0; r < rows; r++)
            {
                TVector d0 = TLanes.Zero, d1 = TLanes.Zero;
                for (var o = 0; o < outputs; o++)
                {
                    var x = TLanes.Broadcast(delta[(r * outputs) + o]);
                    d0 = TLanes.FusedMultiplyAdd(x, TLanes.Load(w + (o * wStride) + c), d0);
                    d1 = TLanes.FusedMultiplyAdd(x, TLanes.Load(w + (o * wStride) + c + other), d1);
                }

                var element = (r * columns) + c;
                d0 = Elementwise<TLanes, TVector>.Backward(TLanes.Load(a + element), d0, s, tiny, mask, element);
                d1 = Elementwise<TLanes, TVector>.Backward(TLanes.Load(a + element + other), d1, s, tiny, mask, element + other);
                TLanes.Store(next + element, d0);
                TLanes.Store(next + element + other, d1);
                sum0 = TLanes.Add(sum0, d0);
                sum1 = TLanes.Add(sum1, d1);
            }

            TLanes.Store(sums + c, sum0);
            TLanes.Store(sums + c + other, sum1);
        }
    }
}
