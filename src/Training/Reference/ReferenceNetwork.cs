using System.Numerics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Reference;

/// <summary>
/// The network written for reading: logical shapes, no padding, no vectors. It is the specification of the arithmetic: in
/// float it gives the kernels' bits; in double it gives the finite differences they are judged by.
/// </summary>
internal sealed class ReferenceNetwork<T>(NetworkPlan plan, T[] theta, LossPlan? loss = null) where T : IFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<LayerShape> _layers = plan.Layers;
    private readonly ReferenceLoss<T> _loss = new(loss ?? LossPlan.MeanSquaredError);

    /// <summary>Per layer rows × outputs.</summary>
    public T[][] Outputs { get; } = new T[plan.Layers.Count][];

    /// <param name="keep">Per hidden layer rows × width, or null for no dropout.</param>
    /// <param name="scale">1 / (1 − p).</param>
    public void Forward(T[] x, int rows, IReadOnlyList<bool[]>? keep, T scale)
    {
        var input = x;
        for (var l = 0; l < _layers.Count; l++)
        {
            var layer = _layers[l];
            var output = new T[rows * layer.Outputs];
            for (var r = 0; r < rows; r++)
            {
                for (var o = 0; o < layer.Outputs; o++)
                {
                    var z = IsNarrow(l) ? RowDot(layer, input, r, o) : Chain(layer, input, r, o);
                    var n = (r * layer.Outputs) + o;
                    if (MaskOf(l, keep) is { } mask) z = mask[n] ? z * scale : T.Zero;
                    output[n] = Flushed(l, keep, ReferenceActivation.Value(ActivationOf(l), z, T.CreateChecked(plan.Slope)));
                }
            }

            input = Outputs[l] = output;
        }
    }

    /// <summary>The loss of the last forward pass.</summary>
    /// <param name="y">rows × outputs, or rows classes.</param>
    public T Loss(T[] y, int rows) =>
        _loss.Value(Outputs[^1], y, rows, plan.Outputs, IsNarrow(_layers.Count - 1) ? plan.Outputs : Padding.Up(plan.Outputs));

    /// <summary>∂loss/∂θ of the last forward pass, in the order of θ; the penalty is not in it.</summary>
    public T[] Gradient(T[] x, T[] y, int rows, IReadOnlyList<bool[]>? keep, T scale)
    {
        var gradient = new T[theta.Length];
        var slope = T.CreateChecked(plan.Slope);
        var delta = _loss.Derivative(Outputs[^1], y, rows, plan.Outputs);
        for (var n = 0; n < delta.Length; n++)
        {
            delta[n] = Flushed(_layers.Count - 1, keep, ReferenceActivation.Derivative(plan.Output, Outputs[^1][n], delta[n], slope));
        }

        for (var l = _layers.Count - 1; l >= 0; l--)
        {
            var layer = _layers[l];
            var input = l == 0 ? x : Outputs[l - 1];
            for (var o = 0; o < layer.Outputs; o++)
            {
                for (var r = 0; r < rows; r++)
                {
                    var d = delta[(r * layer.Outputs) + o];
                    gradient[layer.BiasOffset + o] += d;
                    for (var i = 0; i < layer.Inputs; i++)
                    {
                        ref var g = ref gradient[layer.WeightOffset + (o * layer.Inputs) + i];
                        g = T.FusedMultiplyAdd(d, input[(r * layer.Inputs) + i], g);
                    }
                }
            }

            if (l > 0) delta = DeltaBelow(l, delta, rows, keep, scale, slope);
        }

        return gradient;
    }

    private T[] DeltaBelow(int l, T[] delta, int rows, IReadOnlyList<bool[]>? keep, T scale, T slope)
    {
        var layer = _layers[l];
        var below = new T[rows * layer.Inputs];
        for (var r = 0; r < rows; r++)
        {
            for (var i = 0; i < layer.Inputs; i++)
            {
                var sum = T.Zero;
                for (var o = 0; o < layer.Outputs; o++)
                {
                    sum = T.FusedMultiplyAdd(delta[(r * layer.Outputs) + o], theta[layer.WeightOffset + (o * layer.Inputs) + i], sum);
                }

                var n = (r * layer.Inputs) + i;
                sum = ReferenceActivation.Derivative(ActivationOf(l - 1), Outputs[l - 1][n], sum, slope);
                if (MaskOf(l - 1, keep) is { } mask) sum = mask[n] ? sum * scale : T.Zero;
                below[n] = Flushed(l - 1, keep, sum);
            }
        }

        return below;
    }

    /// <summary>z = b + Σᵢ x·w, one chain of fused multiply-adds in ascending i that starts at the bias.</summary>
    private T Chain(LayerShape layer, T[] input, int row, int output)
    {
        var z = theta[layer.BiasOffset + output];
        for (var i = 0; i < layer.Inputs; i++)
        {
            z = T.FusedMultiplyAdd(input[(row * layer.Inputs) + i], theta[layer.WeightOffset + (output * layer.Inputs) + i], z);
        }

        return z;
    }

    /// <summary>The same sum in 16 lanes, for the last layer where it has at most 4 outputs.</summary>
    private T RowDot(LayerShape layer, T[] input, int row, int output)
    {
        var lanes = new T[Padding.Lanes];
        for (var i = 0; i < layer.Inputs; i++)
        {
            ref var lane = ref lanes[i % Padding.Lanes];
            lane = T.FusedMultiplyAdd(input[(row * layer.Inputs) + i], theta[layer.WeightOffset + (output * layer.Inputs) + i], lane);
        }

        return theta[layer.BiasOffset + output] + ReferenceSums.Fold(lanes);
    }

    private T Flushed(int layer, IReadOnlyList<bool[]>? keep, T x)
    {
        var isLeftAsItIs = ActivationOf(layer) == Activation.Linear && MaskOf(layer, keep) is null;
        return !isLeftAsItIs && T.Abs(x) < T.CreateChecked(Tiny.Factor) ? T.Zero : x;
    }

    private bool IsNarrow(int layer) => layer == _layers.Count - 1 && plan.Outputs <= 4;

    private Activation ActivationOf(int layer) =>
        layer == _layers.Count - 1 ? plan.Output : plan.Stem is not null && layer == 0 ? Activation.Linear : plan.Activation;

    private bool[]? MaskOf(int layer, IReadOnlyList<bool[]>? keep)
    {
        var hidden = layer - (plan.Stem is null ? 0 : 1);
        return keep is not null && hidden >= 0 && hidden < plan.Hidden.Count ? keep[hidden] : null;
    }
}
