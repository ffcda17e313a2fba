using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Losses;

/// <summary>
/// Softmax cross-entropy and its derivative, row by row, with z the row of outputs, k its class and m = max z:
/// s = Σⱼ e^(zⱼ − m), loss = ln s − (zₖ − m), δⱼ = (e^(zⱼ − m) / s − [j = k]) / rows.
/// Numeric choice: nothing overflows, because every exponent is at most 0; below −64 e is 0, which keeps subnormals out of δ. The
/// maximum and s are taken in 16 lanes and one tree of halves; row r joins lane r mod 16 of the batch's sum.
/// </summary>
internal static unsafe class CrossEntropyKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <param name="stride">Between rows of outputs and of delta: the classes, or the classes padded with zeros.</param>
    /// <param name="row">Scratch for the classes, padded.</param>
    /// <returns>The sum of the rows' losses.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Errors(float* outputs, int stride, float* labels, float* delta, float* row, int rows, int classes)
    {
        var padded = Padding.Up(classes);
        var scale = 1f / rows;
        float* partial = stackalloc float[Padding.Lanes], lanes = stackalloc float[Padding.Lanes];
        for (var lane = 0; lane < Padding.Lanes; lane++) partial[lane] = 0;
        for (var r = 0; r < rows; r++)
        {
            var z = outputs + ((nint)r * stride);
            for (var j = 0; j < classes; j++) row[j] = z[j];
            for (var j = classes; j < padded; j++) row[j] = float.NegativeInfinity;
            var max = Maximum(row, padded, lanes);
            var sum = Exponentials(row, max, padded, lanes);
            var label = (int)labels[r];
            var own = row[label];
            partial[r % Padding.Lanes] += Elementary<LanesScalar, float>.Log(sum) - (z[label] - max);

            var d = delta + ((nint)r * stride);
            Scale(row, sum, scale, padded);
            for (var j = 0; j < stride; j++) d[j] = row[j];
            d[label] = ((own / sum) - 1) * scale;
        }

        for (var i = rows * stride; i < Padding.Up(rows * stride); i++) delta[i] = 0;
        return Sums<TLanes, TVector>.Fold(partial);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Maximum(float* row, int count, float* partial)
    {
        for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            var max = TLanes.Load(row + lane);
            for (nint i = lane + Padding.Lanes; i < count; i += Padding.Lanes)
            {
                var x = TLanes.Load(row + i);
                max = TLanes.WhereGreater(x, max, x, max);
            }

            TLanes.Store(partial + lane, max);
        }

        for (var half = Padding.Lanes / 2; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++) partial[lane] = partial[lane + half] > partial[lane] ? partial[lane + half] : partial[lane];
        }

        return partial[0];
    }

    /// <summary>e^(z − max) in place of z, and its sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Exponentials(float* row, float max, int count, float* partial)
    {
        var m = TLanes.Broadcast(max);
        var lowest = TLanes.Broadcast(CrossEntropyRule.LowestExponent);
        for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint i = lane; i < count; i += Padding.Lanes)
            {
                var x = TLanes.Subtract(TLanes.Load(row + i), m);
                var e = TLanes.WhereGreater(lowest, x, TLanes.Zero, Elementary<TLanes, TVector>.Exp(x));
                TLanes.Store(row + i, e);
                sum = TLanes.Add(sum, e);
            }

            TLanes.Store(partial + lane, sum);
        }

        return Sums<TLanes, TVector>.Fold(partial);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* row, float sum, float scale, int count)
    {
        var s = TLanes.Broadcast(sum);
        var factor = TLanes.Broadcast(scale);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            TLanes.Store(row + i, TLanes.Multiply(TLanes.Divide(TLanes.Load(row + i), s), factor));
        }
    }
}

internal static class CrossEntropyRule
{
    public const float LowestExponent = -64;
}
