using SweepCluster.Training.Kernels;
using SweepCluster.Training.Losses;
using SweepCluster.Training.Network;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.PiecewiseLinear;
using SweepCluster.Training.Reference;

namespace SweepCluster.Training;

/// <summary>The trainer at one vector width; its slow sibling is <see cref="ReferenceNetwork{T}"/>.</summary>
internal sealed unsafe class Trainer<TLanes, TVector>(TrainingPlan plan, DataSet data, LaneWidth width) : Trainer(plan, data, width)
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private float* LinesOfInput => Fold is null ? Parameters.Layers[0].Weights : Fold.Weights;

    private float* LinesGradient => Fold is null ? Parameters.Gradient : Fold.Gradient;

    protected override void Forward(int rows, bool withDropout, bool isArranged)
    {
        var layers = Parameters.Layers;
        var input = Batch.Inputs;
        var isPiecewise = isArranged && Second is not null;
        for (var l = isPiecewise ? First + 1 : First; l < layers.Length; l++)
        {
            var layer = layers[l];
            var output = Batch.Outputs[l];
            if (isPiecewise && l == First + 1)
            {
                Second!.Drop(MaskOf(First, withDropout), rows);
                Second.Forward<TLanes, TVector>(Batch.Inputs, rows, LinesOfInput, Plan.Network.EffectiveSlope, output);
            }
            else if (layer.IsNarrow)
            {
                Sums<TLanes, TVector>.RowDots(
                    input, layer.InputStride, layer.Weights, layer.PaddedInputs, layer.Biases, rows, layer.Outputs, layer.PaddedInputs, output);
            }
            else if (l == First && Fold is { } fold)
            {
                Product<TLanes, TVector>.Multiply(
                    input, fold.Stem.InputStride, 1, fold.Weights, layer.PaddedOutputs,
                    rows, layer.PaddedOutputs, fold.Inputs, fold.Biases, output, layer.OutputStride);
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
        for (var l = layers.Length - 1; l >= First; l--)
        {
            var layer = layers[l];
            var gradient = Parameters.Gradient + layer.Offset;
            if (l == First + 1 && Second is not null)
            {
                Second.Backward<TLanes, TVector>(Batch.Inputs, rows, LinesOfInput, delta, gradient, LinesGradient);
                if (Fold is not null) FoldedStemKernel<TLanes, TVector>.Unfold(Fold, Parameters.Gradient);
                return;
            }

            if (l == First && Fold is { } fold)
            {
                FoldedGradient(fold, rows, delta);
                return;
            }

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

    protected override void FoldStem(FoldedStem fold) => FoldedStemKernel<TLanes, TVector>.Fold(fold);

    protected override void Run(Walk walk) => walk.Run<TLanes, TVector>(LinesOfInput, Plan.Network.Output);

    /// <summary>G[i, o] = Σᵣ x[r, i] · δ[r, o] and H[o] = Σᵣ δ[r, o], rows ascending, then both layers' gradients from them.</summary>
    private void FoldedGradient(FoldedStem fold, int rows, float* delta)
    {
        var padded = fold.Hidden.PaddedOutputs;
        Product<TLanes, TVector>.Multiply(
            Batch.Inputs, 1, fold.Stem.InputStride, delta, fold.Hidden.OutputStride, fold.Inputs, padded, rows, Batch.Zeros, fold.Gradient, padded);
        Sums<TLanes, TVector>.Columns(delta, fold.Hidden.OutputStride, rows, padded, fold.Gradient + (fold.Inputs * padded));
        FoldedStemKernel<TLanes, TVector>.Unfold(fold, Parameters.Gradient);
    }

    /// <summary>dW[o, i] = Σᵣ δ[r, o] · a[r, i] and db[o] = Σᵣ δ[r, o], rows ascending.</summary>
    private void Gradient(LayerMemory layer, int rows, float* input, float* delta, float* gradient)
    {
        if (layer.IsStoredByInput)
        {
            Product<TLanes, TVector>.Multiply(
                input, 1, layer.InputStride, delta, layer.OutputStride,
                layer.Inputs, layer.PaddedOutputs, rows, Batch.Zeros, gradient, layer.PaddedOutputs);
        }
        else
        {
            // Down a wide delta every row is another page of the cache; across its transposed copy it is not.
            var isWide = layer.OutputStride > 64;
            if (isWide) Transpose.Copy(delta, layer.OutputStride, rows, layer.Outputs, Batch.Transposed, Batch.PaddedRows);
            Product<TLanes, TVector>.Multiply(
                isWide ? Batch.Transposed : delta, isWide ? Batch.PaddedRows : 1, isWide ? 1 : layer.OutputStride, input, layer.InputStride,
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
