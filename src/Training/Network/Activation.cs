namespace SweepCluster.Training;

/// <summary>f(z) of a layer. LeakyRelu's slope for z ≤ 0 is <see cref="NetworkPlan.Slope"/>; Sigmoid is 1 / (1 + e⁻ᶻ).</summary>
public enum Activation
{
    Linear,
    Relu,
    LeakyRelu,
    Tanh,
    Sigmoid,
}
