using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Network;

/// <summary>
/// One layer in padded memory. Its weights are stored the way that wastes least: by output (outputs × padded inputs), or by
/// input (inputs × padded outputs) where the inputs are few. Forward reads them by input, backward by output; the other
/// way round is a copy made after each step. Padding is zero and stays zero.
/// </summary>
/// <param name="isOnlyByInput">Nobody will ask for the weights by output.</param>
internal sealed unsafe class LayerMemory(LayerShape shape, bool isFirst, bool isLast, bool isOnlyByInput = false)
{
    private const int FewOutputs = 4;

    public LayerShape Shape => shape;

    public int Inputs => shape.Inputs;

    public int Outputs => shape.Outputs;

    /// <summary>The last layer with few outputs: forward is dot products along the rows, outputs are stored without padding.</summary>
    public bool IsNarrow { get; } = isLast && shape.Outputs <= FewOutputs;

    public bool IsStoredByInput { get; } =
        isOnlyByInput || (shape.Inputs < Padding.Lanes && !(isLast && shape.Outputs <= FewOutputs));

    public int PaddedInputs { get; } = Padding.Up(shape.Inputs);

    public int PaddedOutputs { get; } = Padding.Up(shape.Outputs);

    /// <summary>Distance between the rows of the layer's input: the network's few inputs stand close, all else is padded.</summary>
    public int InputStride => isFirst && IsStoredByInput ? Inputs : PaddedInputs;

    public int OutputStride => IsNarrow ? Outputs : PaddedOutputs;

    public int WeightCount => IsStoredByInput ? Inputs * PaddedOutputs : Outputs * PaddedInputs;

    /// <summary>Floats of weights and biases in each of θ, g, m and v.</summary>
    public int StoredCount => WeightCount + PaddedOutputs;

    private bool NeedsCopy => !isOnlyByInput && (IsStoredByInput ? !isFirst : !IsNarrow);

    public int CopyCount => NeedsCopy ? IsStoredByInput ? Outputs * PaddedInputs : Inputs * PaddedOutputs : 0;

    /// <summary>Offset in θ, g, m and v; weights first.</summary>
    public int Offset { get; set; }

    public float* Weights { get; set; }

    /// <summary>θ has taken this step already, before the optimizer's turn.</summary>
    public bool IsUpdated { get; set; }

    public float* Biases => Weights + WeightCount;

    public float* Copy { get; set; }

    /// <summary>inputs × padded outputs.</summary>
    public float* ByInput => IsStoredByInput ? Weights : Copy;

    /// <summary>outputs × padded inputs.</summary>
    public float* ByOutput => IsStoredByInput ? Copy : Weights;

    /// <summary>Where weight (output, input) is stored, counted from the layer's weights.</summary>
    public int IndexOf(int output, int input) =>
        IsStoredByInput ? (input * PaddedOutputs) + output : (output * PaddedInputs) + input;

    /// <summary>out[o] = Σᵣ δ[r, o], r ascending, of a layer of few outputs: compiled ahead, as no kernel of vectors is.</summary>
    public void SumOutputs(float* delta, int rows, float* output)
    {
        for (var o = 0; o < Outputs; o++)
        {
            var sum = 0f;
            for (var r = 0; r < rows; r++) sum += delta[(r * OutputStride) + o];
            output[o] = sum;
        }
    }

    /// <summary>To be called whenever the weights have changed.</summary>
    public void RefreshCopy()
    {
        if (!NeedsCopy) return;
        if (IsStoredByInput) Transpose.Copy(Weights, PaddedOutputs, Inputs, Outputs, Copy, PaddedInputs);
        else Transpose.Copy(Weights, PaddedInputs, Outputs, Inputs, Copy, PaddedOutputs);
    }
}
