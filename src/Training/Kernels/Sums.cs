using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// Sums whose order is part of the arithmetic. Across a row: 16 partial sums, lane l taking every 16th number from l on,
/// then one tree of halves (l + l₈, l + l₄, l + l₂, l + l₁). Down a column: ascending rows, one chain per column.
/// </summary>
internal static unsafe class Sums<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>out[r, o] = bias[o] + Σᵢ a[r, i] · w[o, i]: for layers of so few outputs that lanes would lie idle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowDots(
        float* a, nint aStride, float* w, nint wStride, float* bias, int rows, int outputs, int depth, float* output)
    {
        var partial = stackalloc float[Padding.Lanes];
        for (var r = 0; r < rows; r++)
        {
            var x = a + (r * aStride);
            for (var o = 0; o < outputs; o++)
            {
                var y = w + (o * wStride);
                for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
                {
                    var sum = TLanes.Zero;
                    for (nint i = lane; i < depth; i += Padding.Lanes)
                    {
                        sum = TLanes.FusedMultiplyAdd(TLanes.Load(x + i), TLanes.Load(y + i), sum);
                    }

                    TLanes.Store(partial + lane, sum);
                }

                output[(r * outputs) + o] = bias[o] + Fold(partial);
            }
        }
    }

    /// <summary>out[c] = Σᵣ a[r, c], r ascending; columns a multiple of <see cref="Padding.Lanes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* a, nint stride, int rows, int columns, float* output)
    {
        for (nint c = 0; c < columns; c += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint r = 0; r < rows; r++) sum = TLanes.Add(sum, TLanes.Load(a + (r * stride) + c));
            TLanes.Store(output + c, sum);
        }
    }

    /// <summary>
    /// Error of a batch and its derivative: δ = scale · (y − t) in place of y, returns Σ (y − t)²; count a multiple of
    /// <see cref="Padding.Lanes"/>, with y = t in the padding.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredErrors(float* y, float* target, float* delta, float scale, int count)
    {
        var partial = stackalloc float[Padding.Lanes];
        var factor = TLanes.Broadcast(scale);
        for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint i = lane; i < count; i += Padding.Lanes)
            {
                var difference = TLanes.Subtract(TLanes.Load(y + i), TLanes.Load(target + i));
                sum = TLanes.FusedMultiplyAdd(difference, difference, sum);
                TLanes.Store(delta + i, TLanes.Multiply(factor, difference));
            }

            TLanes.Store(partial + lane, sum);
        }

        return Fold(partial);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(float* s)
    {
        var a0 = (s[0] + s[8]) + (s[4] + s[12]);
        var a1 = (s[1] + s[9]) + (s[5] + s[13]);
        var a2 = (s[2] + s[10]) + (s[6] + s[14]);
        var a3 = (s[3] + s[11]) + (s[7] + s[15]);
        return (a0 + a2) + (a1 + a3);
    }
}
