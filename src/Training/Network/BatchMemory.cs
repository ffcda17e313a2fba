using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Network;

/// <summary>What one batch needs besides θ: inputs, targets, every layer's output, two deltas and the dropout words.</summary>
internal sealed unsafe class BatchMemory
{
    private readonly Arena _arena; // holds the memory behind the pointers

    public BatchMemory(LayerMemory[] layers, int rows)
    {
        var last = layers[^1];
        var widest = 0;
        var ofLayers = 0L;
        var targets = (long)rows * last.OutputStride;
        foreach (var layer in layers)
        {
            widest = Math.Max(widest, Math.Max(layer.PaddedInputs, layer.PaddedOutputs));
            ofLayers += Arena.Size((long)rows * layer.OutputStride) + Arena.Size(WordsOf(layer, rows));
        }

        _arena = new Arena(
            Arena.Size((long)rows * layers[0].InputStride) + Arena.Size(targets) + ofLayers
            + (2 * Arena.Size((long)rows * widest)) + Arena.Size(widest) + ((long)Padding.Up(rows) * widest));
        PaddedRows = Padding.Up(rows);
        Inputs = _arena.Take((long)rows * layers[0].InputStride);
        Targets = _arena.Take(targets);
        Delta = _arena.Take((long)rows * widest);
        NextDelta = _arena.Take((long)rows * widest);
        Zeros = _arena.Take(widest);
        Transposed = _arena.Take((long)PaddedRows * widest);
        Outputs = new float*[layers.Length];
        Words = new uint*[layers.Length];
        for (var l = 0; l < layers.Length; l++)
        {
            Outputs[l] = _arena.Take((long)rows * layers[l].OutputStride);
            Words[l] = (uint*)_arena.Take(WordsOf(layers[l], rows));
        }
    }

    /// <summary>rows × input stride of the first layer.</summary>
    public float* Inputs { get; }

    /// <summary>rows × output stride of the last layer; zero in its padding.</summary>
    public float* Targets { get; }

    /// <summary>Per layer rows × its output stride, after dropout and activation.</summary>
    public float*[] Outputs { get; }

    /// <summary>Per layer the random words of its dropout mask.</summary>
    public uint*[] Words { get; }

    public float* Delta { get; }

    public float* NextDelta { get; }

    public int PaddedRows { get; }

    /// <summary>Room for a delta by output: outputs × padded rows.</summary>
    public float* Transposed { get; }

    /// <summary>A row of zeros, where a product's chains start when there is no bias.</summary>
    public float* Zeros { get; }

    private static long WordsOf(LayerMemory layer, int rows) => Philox.RoundUp(DropoutMask.WordCount(checked(rows * layer.PaddedOutputs)));
}
