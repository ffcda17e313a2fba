namespace SweepCluster.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): θ ← θ − lr·λ·θ, then Adam's step with a gradient that knows
/// nothing of λ.
/// </summary>
/// <param name="WeightDecay">λ ≥ 0 with lr·λ ≤ 1; weights and biases.</param>
public sealed record AdamWPlan(float LearningRate, float Beta1, float Beta2, float Epsilon, float WeightDecay) : OptimizerPlan(LearningRate)
{
    /// <summary>PyTorch's.</summary>
    public static AdamWPlan Default { get; } = new(1e-3f, 0.9f, 0.999f, 1e-8f, 1e-2f);

    internal override bool HasFirst => true;

    internal override bool HasSecond => true;

    internal override void Validate()
    {
        Adam().Validate();
        Requirement.IsAtLeastZero(WeightDecay, nameof(WeightDecay));
        Requirement.That((double)LearningRate * WeightDecay <= 1 + 1e-6, nameof(WeightDecay), $"must be at most 1 / {nameof(LearningRate)} = {1 / LearningRate}", WeightDecay);
    }

    internal override void WriteTo(BinaryWriter writer)
    {
        writer.Write("adamw");
        Adam().WriteTo(writer);
        writer.Write(WeightDecay);
    }

    private AdamPlan Adam() => new(LearningRate, Beta1, Beta2, Epsilon);
}
