using System.Numerics;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Losses;

namespace SweepCluster.Training.Reference;

/// <summary>The losses written for reading; in float the kernels' bits.</summary>
internal sealed class ReferenceLoss<T>(LossPlan plan) where T : IFloatingPointIeee754<T>
{
    private static readonly T Half = T.One / T.CreateChecked(2);
    private readonly T _limit = T.CreateChecked(plan.Delta);

    /// <param name="y">rows × outputs.</param>
    /// <param name="targets">rows × outputs, or rows classes.</param>
    /// <param name="stride">Numbers from row to row where the kernels keep y: it decides the lanes of the sum.</param>
    public T Value(T[] y, T[] targets, int rows, int outputs, int stride)
    {
        var lanes = new T[Padding.Lanes];
        if (plan.Kind == LossKind.CrossEntropy)
        {
            for (var r = 0; r < rows; r++)
            {
                var z = y.AsSpan(r * outputs, outputs);
                var (_, max, sum) = Exponentials(z);
                lanes[r % Padding.Lanes] += ReferenceActivation.Log(sum) - (z[int.CreateChecked(targets[r])] - max);
            }

            return ReferenceSums.Fold(lanes) / T.CreateChecked(rows);
        }

        for (var r = 0; r < rows; r++)
        {
            for (var o = 0; o < outputs; o++)
            {
                var d = y[(r * outputs) + o] - targets[(r * outputs) + o];
                var c = Cut(d);
                ref var lane = ref lanes[((r * stride) + o) % Padding.Lanes];
                lane = plan.Kind == LossKind.Huber
                    ? T.FusedMultiplyAdd(c, T.FusedMultiplyAdd(-Half, c, d), lane)
                    : T.FusedMultiplyAdd(d, d, lane);
            }
        }

        return ReferenceSums.Fold(lanes) / T.CreateChecked(rows * outputs);
    }

    /// <summary>∂loss/∂y, rows × outputs.</summary>
    public T[] Derivative(T[] y, T[] targets, int rows, int outputs)
    {
        var derivative = new T[rows * outputs];
        if (plan.Kind == LossKind.CrossEntropy)
        {
            var scale = T.One / T.CreateChecked(rows);
            for (var r = 0; r < rows; r++)
            {
                var (e, _, sum) = Exponentials(y.AsSpan(r * outputs, outputs));
                var label = int.CreateChecked(targets[r]);
                for (var j = 0; j < outputs; j++) derivative[(r * outputs) + j] = j == label ? ((e[j] / sum) - T.One) * scale : e[j] / sum * scale;
            }

            return derivative;
        }

        var factor = T.CreateChecked(plan.Kind == LossKind.Huber ? 1 : 2) / T.CreateChecked(rows * outputs);
        for (var n = 0; n < derivative.Length; n++)
        {
            var d = y[n] - targets[n];
            derivative[n] = factor * (plan.Kind == LossKind.Huber ? Cut(d) : d);
        }

        return derivative;
    }

    private T Cut(T d) => d > _limit ? _limit : d < -_limit ? -_limit : d;

    private static (T[] Exponentials, T Max, T Sum) Exponentials(ReadOnlySpan<T> z)
    {
        var max = z[0];
        foreach (var x in z) max = x > max ? x : max;
        var lowest = T.CreateChecked(CrossEntropyRule.LowestExponent);
        var (e, lanes) = (new T[z.Length], new T[Padding.Lanes]);
        for (var j = 0; j < z.Length; j++)
        {
            e[j] = z[j] - max < lowest ? T.Zero : ReferenceActivation.Exp(z[j] - max);
            lanes[j % Padding.Lanes] += e[j];
        }

        return (e, max, ReferenceSums.Fold(lanes));
    }
}
