namespace SweepCluster.Training;

/// <summary>
/// Stochastic gradient descent. With momentum b ← μ·b + g (no dampening) and θ ← θ − lr·b; after Nesterov θ ← θ − lr·(g + μ·b);
/// without momentum θ ← θ − lr·g.
/// </summary>
/// <param name="Momentum">μ in [0, 1).</param>
public sealed record SgdPlan(float LearningRate, float Momentum = 0, bool Nesterov = false) : OptimizerPlan(LearningRate)
{
    internal override bool HasFirst => Momentum > 0;

    internal override bool HasSecond => false;

    internal override void Validate()
    {
        base.Validate();
        Requirement.IsDecay(Momentum, nameof(Momentum));
        Requirement.That(!Nesterov || Momentum > 0, nameof(Nesterov), $"needs a {nameof(Momentum)} above 0", Momentum);
    }

    internal override void WriteTo(BinaryWriter writer)
    {
        writer.Write("sgd");
        writer.Write(LearningRate);
        writer.Write(Momentum);
        writer.Write(Nesterov);
    }
}
