namespace SweepCluster.Training.Kernels;

/// <summary>
/// What counts as zero. Strong λ drives whole layers towards it, and then thousands of products fall below the smallest normal
/// float, where processors are slow, each in its own way. θ, activations and deltas below <see cref="Factor"/> become 0, so that
/// a product of two of them is 0 or normal; next to Adam's ε nothing of that size can be felt.
/// </summary>
internal static class Tiny
{
    /// <summary>2⁻⁶³, whose square is the smallest normal float.</summary>
    public const float Factor = 1.08420217e-19f;

    /// <summary>2⁻⁵⁶: for a gradient that is squared and then multiplied, so that what comes out is a normal number.</summary>
    public const float Squared = 1.38777878e-17f;

    /// <summary>2⁻¹²⁶, the smallest normal float: for momentum and moments.</summary>
    public const float Normal = 1.17549435e-38f;
}
