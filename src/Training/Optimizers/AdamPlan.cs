namespace SweepCluster.Training;

/// <summary>Adam's knobs; the article's are <see cref="Default"/>.</summary>
public sealed record AdamPlan(float LearningRate, float Beta1, float Beta2, float Epsilon)
{
    public static AdamPlan Default { get; } = new(1e-3f, 0.9f, 0.999f, 1e-8f);
}
