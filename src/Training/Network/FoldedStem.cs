using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Network;

/// <summary>
/// Stem and first hidden layer as one affine map of the few inputs, for there is no activation between them.
/// S = [W₀; b₀] by input and UV = [U; V], both (inputs + 1) rows: U = W₁W₀, V = W₁b₀ + b₁. Its gradient [G; H] gives
/// dW₁ = G W₀ᵀ + H b₀ᵀ, db₁ = H, dW₀ = W₁ᵀG, db₀ = W₁ᵀH.
/// </summary>
internal sealed unsafe class FoldedStem
{
    private readonly Arena _arena;

    public FoldedStem(LayerMemory stem, LayerMemory hidden)
    {
        Stem = stem;
        Hidden = hidden;
        var size = (stem.Inputs + 1) * hidden.PaddedOutputs;
        _arena = new Arena((2 * size) + Math.Max(hidden.PaddedInputs, hidden.PaddedOutputs));
        Weights = _arena.Take(size);
        Gradient = _arena.Take(size);
        Zeros = _arena.Take(Math.Max(hidden.PaddedInputs, hidden.PaddedOutputs));
    }

    public LayerMemory Stem { get; }

    public LayerMemory Hidden { get; }

    public int Inputs => Stem.Inputs;

    /// <summary>UV, (inputs + 1) × padded hidden width.</summary>
    public float* Weights { get; }

    public float* Biases => Weights + (Inputs * Hidden.PaddedOutputs);

    /// <summary>[G; H] in the layout of UV.</summary>
    public float* Gradient { get; }

    public float* Zeros { get; }

    /// <summary>A stem of many inputs is no bottleneck, and one without a hidden layer after it nothing to fold into.</summary>
    public static bool Fits(NetworkPlan network) => network is { Stem: not null, Hidden.Count: > 0, Inputs: < Padding.Lanes };
}
