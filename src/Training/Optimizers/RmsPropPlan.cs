namespace SweepCluster.Training;

/// <summary>
/// RMSprop (Tieleman and Hinton 2012): v ← ρ·v + (1 − ρ)·g², u = g / (√v + ε), θ ← θ − lr·u; with momentum b ← μ·b + u and
/// θ ← θ − lr·b.
/// </summary>
/// <param name="Rho">ρ in [0, 1), PyTorch's alpha.</param>
/// <param name="Momentum">μ in [0, 1).</param>
public sealed record RmsPropPlan(float LearningRate, float Rho = 0.99f, float Epsilon = 1e-8f, float Momentum = 0) : OptimizerPlan(LearningRate)
{
    internal override bool HasFirst => Momentum > 0;

    internal override bool HasSecond => true;

    internal override void Validate()
    {
        base.Validate();
        Requirement.IsDecay(Rho, nameof(Rho));
        Requirement.IsAboveZero(Epsilon, nameof(Epsilon));
        Requirement.IsDecay(Momentum, nameof(Momentum));
    }

    internal override void WriteTo(BinaryWriter writer)
    {
        writer.Write("rmsprop");
        writer.Write(LearningRate);
        writer.Write(Rho);
        writer.Write(Epsilon);
        writer.Write(Momentum);
    }
}
