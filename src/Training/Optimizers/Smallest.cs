namespace SweepCluster.Training.Optimizers;

/// <summary>
/// Below these a number counts as 0: strong penalties make thousands of them, processors differ in how slow they are at
/// subnormal ones, and no θ can feel the difference.
/// </summary>
internal static class Smallest
{
    /// <summary>2⁻¹²⁶, the smallest normal float: for θ, momentum and moments.</summary>
    public const float Normal = 1.17549435e-38f;

    /// <summary>2⁻⁵⁶: for what is squared, so that its square is a normal number.</summary>
    public const float Squared = 1.38777878e-17f;
}
