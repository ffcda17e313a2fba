using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Losses;
using SweepCluster.Training.Network;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.PiecewiseLinear;
using SweepCluster.Training.Reference;
using SweepCluster.Training.Regularization;

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
                Second.Forward<TLanes, TVector>(Batch.Inputs, rows, LinesOfInput, Plan.Network.EffectiveSlope, MaskOf(l, withDropout), output);
                input = output;
                continue;
            }
            else if (layer.IsNarrow)
            {
                Sums<TLanes, TVector>.RowDots(
                    input, layer.InputStride, layer.Weights, layer.PaddedInputs, layer.Biases, rows, layer.Outputs, layer.PaddedInputs, output);
            }
            else
            {
                var fold = l == First ? Fold : null;
                AffineForward(
                    layer, input, fold?.Stem.InputStride ?? layer.InputStride, fold is null ? layer.ByInput : fold.Weights,
                    fold?.Inputs ?? layer.Inputs, fold is null ? layer.Biases : fold.Biases, rows, output, ActivationOf(l), MaskOf(l, withDropout));
                input = output;
                continue;
            }

            Elementwise<TLanes, TVector>.Forward(
                ActivationOf(l), Plan.Network.Slope, output, Padding.Up(rows * layer.OutputStride), MaskOf(l, withDropout));
            if (ActivationOf(l) == Activation.Sigmoid) ClearPadding(output, rows, layer.Outputs, layer.OutputStride);
            input = output;
        }
    }

    /// <summary>a = f(x·W + b), W by input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AffineForward(
        LayerMemory layer, float* input, nint inputStride, float* weights, int inputs, float* biases, int rows, float* output,
        Activation activation, DropoutMask mask)
    {
        var stride = layer.OutputStride;
        var slope = SlopeOf(activation);
        var follows = slope is not null && (activation != Activation.Linear || mask.IsOn)
            && Product<TLanes, TVector>.HasRoomForCompanion(stride, rows, stride, inputs);
        var companion = follows ? Companion<TLanes, TVector>.Forward(output, rows, stride, slope!.Value, mask) : Companion<TLanes, TVector>.None;
        Product<TLanes, TVector>.Multiply(input, inputStride, 1, weights, stride, rows, stride, inputs, biases, output, stride, ref companion);
        if (follows)
        {
            companion.Finish();
            return;
        }

        Elementwise<TLanes, TVector>.Forward(activation, Plan.Network.Slope, output, rows * stride, mask);
        if (activation == Activation.Sigmoid) ClearPadding(output, rows, layer.Outputs, stride);
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

    protected override void Step(int rows, bool withDropout, long step, double rate)
    {
        var adam = OptimizerKernel<TLanes, TVector>.Early(Plan, step, rate);
        Backward(rows, withDropout, adam);
        if (adam is { } begun) OptimizerKernel<TLanes, TVector>.Complete(begun, Parameters);
        else OptimizerKernel<TLanes, TVector>.Step(Plan, step, rate, Parameters);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Backward(int rows, bool withDropout, AdamStep? adam)
    {
        var layers = Parameters.Layers;
        float* delta = Batch.Delta, next = Batch.NextDelta;
        Elementwise<TLanes, TVector>.Backward(
            Plan.Network.Output, Plan.Network.Slope, Batch.Outputs[^1], delta,
            Padding.Up(rows * layers[^1].OutputStride), MaskOf(layers.Length - 1, withDropout));
        var hasSums = false;
        for (var l = layers.Length - 1; l >= First; l--)
        {
            var layer = layers[l];
            if (l == First && Fold is { } fold)
            {
                FoldedGradient(fold, rows, delta);
                return;
            }

            // A layer's δ is passed on before its weights take their step, which they do while their gradient is computed.
            var hadSums = hasSums;
            if (l > 0) hasSums = PassOn(l, rows, delta, next, MaskOf(l - 1, withDropout));
            if (l == First + 2 && Second is not null)
            {
                // The second layer's gradients first: the weights below then take their step in this layer's product as well.
                Second.Backward<TLanes, TVector>(Batch.Inputs, rows, LinesOfInput, next, Parameters.Gradient + layers[l - 1].Offset, LinesGradient);
                if (Fold is not null) FoldedStemKernel<TLanes, TVector>.Unfold(Fold, Parameters.Gradient);
                Gradient(l, rows, delta, hadSums, adam);
                return;
            }

            Gradient(l, rows, delta, hadSums, adam);
            var used = delta;
            delta = next;
            next = used;
        }
    }

    /// <summary>δ of a layer to δ of the one below.</summary>
    /// <returns>Whether that is summed up already, as the gradient of the lower layer's biases.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool PassOn(int l, int rows, float* delta, float* next, DropoutMask mask)
    {
        LayerMemory layer = Parameters.Layers[l], below = Parameters.Layers[l - 1];
        var columns = layer.PaddedInputs;
        var activation = ActivationOf(l - 1);
        var outputs = Batch.Outputs[l - 1];
        var sums = Parameters.Gradient + below.Offset + below.WeightCount;
        var slope = SlopeOf(activation);
        var tiny = activation == Activation.Linear && !mask.IsOn ? 0 : Tiny.Factor;
        if (layer.IsNarrow && slope is not null)
        {
            NarrowLayer<TLanes, TVector>.PassOn(delta, layer.Outputs, layer.Weights, columns, rows, columns, outputs, slope.Value, tiny, mask, next, sums);
            return true;
        }

        var follows = slope is not null && Product<TLanes, TVector>.HasRoomForCompanion(columns, rows, columns, layer.Outputs);
        var companion = Companion<TLanes, TVector>.None;
        if (follows)
        {
            new Span<float>(sums, columns).Clear();
            companion = Companion<TLanes, TVector>.Backward(outputs, next, sums, rows, columns, slope!.Value, tiny, mask);
        }

        Product<TLanes, TVector>.Multiply(
            delta, layer.OutputStride, 1, layer.ByOutput, columns, rows, columns, layer.Outputs, Batch.Zeros, next, columns, ref companion);
        if (follows) companion.Finish();
        else Elementwise<TLanes, TVector>.Backward(activation, Plan.Network.Slope, outputs, next, rows * columns, mask);
        return follows;
    }

    /// <summary>f(z) = z for z &gt; 0, slope · z else; null where it is not of that kind.</summary>
    private float? SlopeOf(Activation activation) => activation switch
    {
        Activation.Linear => 1,
        Activation.Relu => 0,
        Activation.LeakyRelu => Plan.Network.Slope,
        _ => null,
    };

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
    /// <param name="adam">The step that the layer takes meanwhile, where there is room.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gradient(int l, int rows, float* delta, bool hasSums, AdamStep? adam)
    {
        var layer = Parameters.Layers[l];
        var input = l == 0 ? Batch.Inputs : Batch.Outputs[l - 1];
        var gradient = Parameters.Gradient + layer.Offset;
        var biases = gradient + layer.WeightCount;
        if (layer.IsNarrow) layer.SumOutputs(delta, rows, biases);
        else if (!hasSums) Sums<TLanes, TVector>.Columns(delta, layer.OutputStride, rows, layer.PaddedOutputs, biases);
        if (layer.IsStoredByInput)
        {
            Product<TLanes, TVector>.Multiply(
                input, 1, layer.InputStride, delta, layer.OutputStride,
                layer.Inputs, layer.PaddedOutputs, rows, Batch.Zeros, gradient, layer.PaddedOutputs);
            return;
        }

        // Down a wide delta every row is another page of the cache; across its transposed copy it is not.
        var isWide = layer.OutputStride > 64;
        if (isWide) Transpose.Copy(delta, layer.OutputStride, rows, layer.Outputs, Batch.Transposed, Batch.PaddedRows);
        var companion = Companion<TLanes, TVector>.None;
        var follows = adam is not null && Product<TLanes, TVector>.HasRoomForCompanion(layer.InputStride, layer.Outputs, layer.PaddedInputs, rows);
        if (follows)
        {
            companion = Companion<TLanes, TVector>.Adam(
                adam!.Value, Parameters.Theta, Parameters.Gradient, Parameters.First, Parameters.Second,
                layer.Offset, layer.PaddedInputs, layer.Offset + layer.StoredCount);
        }

        Product<TLanes, TVector>.Multiply(
            isWide ? Batch.Transposed : delta, isWide ? Batch.PaddedRows : 1, isWide ? 1 : layer.OutputStride, input, layer.InputStride,
            layer.Outputs, layer.PaddedInputs, rows, Batch.Zeros, gradient, layer.PaddedInputs, ref companion);
        if (!follows) return;
        companion.Finish();
        OptimizerKernel<TLanes, TVector>.Complete(adam!.Value, Parameters, layer);
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
