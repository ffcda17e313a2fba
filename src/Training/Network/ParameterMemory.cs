using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Network;

/// <summary>Consecutive numbers of each block, padding and all: a multiple of <see cref="Padding.Lanes"/>.</summary>
/// <param name="IsShrunk">Penalties are of them.</param>
internal readonly record struct ParameterRun(int Offset, int Count, bool IsShrunk);

/// <summary>θ, its gradient and its moments in padded memory, and the way to and from the logical order.</summary>
internal sealed unsafe class ParameterMemory
{
    /// <param name="onlyByInput">The layer that is never read by output, -1 for none.</param>
    public ParameterMemory(NetworkPlan network, int onlyByInput = -1)
    {
        var shapes = network.Shapes;
        Layers = new LayerMemory[shapes.Length];
        var copies = 0;
        for (var l = 0; l < Layers.Length; l++)
        {
            Layers[l] = new LayerMemory(shapes[l], l == 0, l == Layers.Length - 1, l == onlyByInput) { Offset = Count };
            Count = checked(Count + Layers[l].StoredCount);
            copies = checked(copies + Layers[l].CopyCount);
        }

        LogicalCount = network.ParameterCount;
        var arena = new Arena((4L * Count) + copies);
        Theta = arena.Take(Count);
        Gradient = arena.Take(Count);
        First = arena.Take(Count);
        Second = arena.Take(Count);
        foreach (var layer in Layers)
        {
            layer.Weights = Theta + layer.Offset;
            layer.Copy = arena.Take(layer.CopyCount);
        }

        _arena = arena;
        _whole = [new ParameterRun(0, Count, IsShrunk: true)];
        _byKind = new ParameterRun[2 * Layers.Length];
        for (var l = 0; l < Layers.Length; l++)
        {
            var layer = Layers[l];
            _byKind[2 * l] = new ParameterRun(layer.Offset, layer.WeightCount, IsShrunk: true);
            _byKind[(2 * l) + 1] = new ParameterRun(layer.Offset + layer.WeightCount, layer.PaddedOutputs, IsShrunk: false);
        }
    }

    private readonly ParameterRun[] _whole;
    private readonly ParameterRun[] _byKind;
    private readonly Arena _arena; // holds the memory behind the pointers

    public LayerMemory[] Layers { get; }

    /// <summary>Numbers of each block with padding, a multiple of <see cref="Padding.Lanes"/>.</summary>
    public int Count { get; }

    public int LogicalCount { get; }

    public float* Theta { get; }

    public float* Gradient { get; }

    /// <summary>Adam's m.</summary>
    public float* First { get; }

    /// <summary>Adam's v.</summary>
    public float* Second { get; }

    /// <summary>All of each block in runs: one, or weights and biases of each layer apart.</summary>
    public ParameterRun[] RunsOf(PenaltyScope scope) => scope == PenaltyScope.All ? _whole : _byKind;

    public void RefreshCopies()
    {
        foreach (var layer in Layers) layer.RefreshCopy();
    }

    public float[] Export(float* block)
    {
        var logical = new float[LogicalCount];
        foreach (var layer in Layers)
        {
            var stored = block + layer.Offset;
            for (var o = 0; o < layer.Outputs; o++)
            {
                for (var i = 0; i < layer.Inputs; i++)
                {
                    logical[layer.Shape.WeightOffset + (o * layer.Inputs) + i] = stored[layer.IndexOf(o, i)];
                }

                logical[layer.Shape.BiasOffset + o] = stored[layer.WeightCount + o];
            }
        }

        GC.KeepAlive(_arena);
        return logical;
    }

    /// <summary>The trainer's Refresh is the caller's next call.</summary>
    public void Import(ReadOnlySpan<float> logical, float* block)
    {
        foreach (var layer in Layers)
        {
            var stored = block + layer.Offset;
            for (var o = 0; o < layer.Outputs; o++)
            {
                for (var i = 0; i < layer.Inputs; i++)
                {
                    stored[layer.IndexOf(o, i)] = logical[layer.Shape.WeightOffset + (o * layer.Inputs) + i];
                }

                stored[layer.WeightCount + o] = logical[layer.Shape.BiasOffset + o];
            }
        }
    }
}
