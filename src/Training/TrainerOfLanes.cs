using SweepCluster.Training.Kernels;
using SweepCluster.Training.Losses;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.Reference;

namespace SweepCluster.Training;

/// <summary>The trainer at one vector width; its slow sibling is <see cref="ReferenceNetwork{T}"/>.</summary>
internal sealed unsafe class Trainer<TLanes, TVector>(TrainingPlan plan, DataSet data, LaneWidth width) : Trainer(plan, data, width)
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    protected override void Forward(int rows, bool withDropout)
    {
        var layers = Parameters.Layers;
        var input = Batch.Inputs;
        for (var l = 0; l < layers.Length; l++)
        {
            var layer = layers[l];
            var output = Batch.Outputs[l];
            if (layer.IsNarrow)
            {
                Sums<TLanes, TVector>.RowDots(
                    input, layer.InputStride, layer.Weights, layer.PaddedInputs, layer.Biases, rows, layer.Outputs, layer.PaddedInputs, output);
            }
            else
            {
                Product<TLanes, TVector>.Multiply(
                    input, layer.InputStride, 1, layer.ByInput, layer.PaddedOutputs,
                    rows, layer.PaddedOutputs, layer.Inputs, layer.Biases, output, layer.OutputStride);
            }

            Elementwise<TLanes, TVector>.Forward(
                ActivationOf(l), Plan.Network.Slope, output, Padding.Up(rows * layer.OutputStride), MaskOf(l, withDropout));
            if (ActivationOf(l) == Activation.Sigmoid) ClearPadding(output, rows, layer.Outputs, layer.OutputStride);
            input = output;
        }
    }

    protected override float Error(int rows)
    {
        var layer = Parameters.Layers[^1];
        var outputs = Batch.Outputs[^1];
        var used = rows * layer.OutputStride;
        if (Plan.Loss.Kind == LossKind.CrossEntropy)
        {
            return CrossEntropyKernel<TLanes, TVector>.Errors(
                outputs, layer.OutputStride, Batch.Targets, Batch.Delta, Batch.NextDelta, rows, layer.Outputs) / rows;
        }

        for (var i = used; i < Padding.Up(used); i++) outputs[i] = Batch.Targets[i] = 0;
        var numbers = rows * layer.Outputs;
        var sum = Plan.Loss.Kind == LossKind.Huber
            ? HuberKernel<TLanes, TVector>.Errors(outputs, Batch.Targets, Batch.Delta, Plan.Loss.Delta, 1f / numbers, Padding.Up(used))
            : Sums<TLanes, TVector>.SquaredErrors(outputs, Batch.Targets, Batch.Delta, 2f / numbers, Padding.Up(used));
        return sum / numbers;
    }

    protected override void Backward(int rows, bool withDropout)
    {
        var layers = Parameters.Layers;
        float* delta = Batch.Delta, next = Batch.NextDelta;
        Elementwise<TLanes, TVector>.Backward(
            Plan.Network.Output, Plan.Network.Slope, Batch.Outputs[^1], delta,
            Padding.Up(rows * layers[^1].OutputStride), MaskOf(layers.Length - 1, withDropout));
        for (var l = layers.Length - 1; l >= 0; l--)
        {
            var layer = layers[l];
            var gradient = Parameters.Gradient + layer.Offset;
            Gradient(layer, rows, l == 0 ? Batch.Inputs : Batch.Outputs[l - 1], delta, gradient);
            if (l == 0) return;
            Product<TLanes, TVector>.Multiply(
                delta, layer.OutputStride, 1, layer.ByOutput, layer.PaddedInputs,
                rows, layer.PaddedInputs, layer.Outputs, Batch.Zeros, next, layer.PaddedInputs);
            Elementwise<TLanes, TVector>.Backward(
                ActivationOf(l - 1), Plan.Network.Slope, Batch.Outputs[l - 1], next, rows * layer.PaddedInputs, MaskOf(l - 1, withDropout));
            var used = delta;
            delta = next;
            next = used;
        }
    }

    protected override void Update(long step, double rate) => OptimizerKernel<TLanes, TVector>.Step(Plan, step, rate, Parameters);

    public override bool IsFinite() =>
        Finiteness<TLanes, TVector>.Of(Parameters.Theta, Parameters.Count)
        && Finiteness<TLanes, TVector>.Of(Parameters.First, Parameters.Count)
        && Finiteness<TLanes, TVector>.Of(Parameters.Second, Parameters.Count);

    /// <summary>dW[o, i] = Σᵣ δ[r, o] · a[r, i] and db[o] = Σᵣ δ[r, o], rows ascending.</summary>
    private void Gradient(Network.LayerMemory layer, int rows, float* input, float* delta, float* gradient)
    {
        if (layer.IsStoredByInput)
        {
            Product<TLanes, TVector>.Multiply(
                input, 1, layer.InputStride, delta, layer.OutputStride,
                layer.Inputs, layer.PaddedOutputs, rows, Batch.Zeros, gradient, layer.PaddedOutputs);
        }
        else
        {
            Product<TLanes, TVector>.Multiply(
                delta, 1, layer.OutputStride, input, layer.InputStride,
                layer.Outputs, layer.PaddedInputs, rows, Batch.Zeros, gradient, layer.PaddedInputs);
        }

        var biases = gradient + layer.WeightCount;
        if (layer.IsNarrow) Sums<LanesScalar, float>.Columns(delta, layer.OutputStride, rows, layer.Outputs, biases);
        else Sums<TLanes, TVector>.Columns(delta, layer.OutputStride, rows, layer.PaddedOutputs, biases);
    }

    // The logistic function of padding is ½, and padding must be zero.
    private static void ClearPadding(float* output, int rows, int width, int stride)
    {
        for (var r = 0; r < rows; r++)
        {
            for (var c = width; c < stride; c++) output[(r * stride) + c] = 0;
        }
    }
}
