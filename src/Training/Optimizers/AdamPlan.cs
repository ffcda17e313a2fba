namespace SweepCluster.Training;

/// <summary>Adam's knobs; the article's are <see cref="Default"/>.</summary>
public sealed record AdamPlan(float LearningRate, float Beta1, float Beta2, float Epsilon) : OptimizerPlan(LearningRate)
{
    public static AdamPlan Default { get; } = new(1e-3f, 0.9f, 0.999f, 1e-8f);

    internal override bool HasFirst => true;

    internal override bool HasSecond => true;

    internal override void Validate()
    {
        base.Validate();
        Requirement.IsDecay(Beta1, nameof(Beta1));
        Requirement.IsDecay(Beta2, nameof(Beta2));
        Requirement.IsAboveZero(Epsilon, nameof(Epsilon));
        var first = LearningRate * Math.Sqrt(1 - (double)Beta2) / (1 - (double)Beta1);
        Requirement.That(first <= float.MaxValue, nameof(LearningRate), "must keep the first step's lr·√(1 − β₂) / (1 − β₁) a float", LearningRate);
    }

    internal override void WriteTo(BinaryWriter writer)
    {
        writer.Write("adam");
        writer.Write(LearningRate);
        writer.Write(Beta1);
        writer.Write(Beta2);
        writer.Write(Epsilon);
    }
}
