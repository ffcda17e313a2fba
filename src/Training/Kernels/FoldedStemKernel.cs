using SweepCluster.Training.Network;

namespace SweepCluster.Training.Kernels;

/// <summary>The products of <see cref="FoldedStem"/>; each number is one chain in ascending index, as everywhere.</summary>
internal static unsafe class FoldedStemKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>U = W₁W₀; V = W₁b₀ + b₁: chains over the stem's units, then the bias.</summary>
    public static void Fold(FoldedStem fold)
    {
        var (stem, hidden) = (fold.Stem, fold.Hidden);
        nint padded = hidden.PaddedOutputs;
        Product<TLanes, TVector>.Multiply(
            stem.Weights, stem.PaddedOutputs, 1, hidden.ByInput, padded,
            fold.Inputs + 1, hidden.PaddedOutputs, hidden.Inputs, fold.Zeros, fold.Weights, padded);
        Sums<TLanes, TVector>.AddTo(fold.Biases, hidden.Biases, hidden.PaddedOutputs);
    }

    /// <summary>[G; H] to the gradients of both layers: chains over the inputs, then the bias; over the hidden units.</summary>
    public static void Unfold(FoldedStem fold, float* gradient)
    {
        var (stem, hidden) = (fold.Stem, fold.Hidden);
        var both = fold.Inputs + 1;
        var weights = gradient + hidden.Offset;
        if (hidden.IsStoredByInput)
        {
            Product<TLanes, TVector>.Multiply(
                stem.Weights, 1, stem.PaddedOutputs, fold.Gradient, hidden.PaddedOutputs,
                hidden.Inputs, hidden.PaddedOutputs, both, fold.Zeros, weights, hidden.PaddedOutputs);
        }
        else
        {
            Product<TLanes, TVector>.Multiply(
                fold.Gradient, 1, hidden.PaddedOutputs, stem.Weights, stem.PaddedOutputs,
                hidden.Outputs, hidden.PaddedInputs, both, fold.Zeros, weights, hidden.PaddedInputs);
        }

        var biases = fold.Gradient + (fold.Inputs * hidden.PaddedOutputs);
        Buffer.MemoryCopy(biases, weights + hidden.WeightCount, hidden.PaddedOutputs * sizeof(float), hidden.PaddedOutputs * sizeof(float));
        Product<TLanes, TVector>.Multiply(
            fold.Gradient, hidden.PaddedOutputs, 1, hidden.ByOutput, hidden.PaddedInputs,
            both, hidden.PaddedInputs, hidden.Outputs, fold.Zeros, gradient + stem.Offset, stem.PaddedOutputs);
    }
}
