namespace SweepCluster.Training;

/// <summary>
/// How a gradient becomes a step; the definitions are PyTorch 1.13's. g is the gradient of the loss (clipped, if there is a
/// limit) plus λ·θ of the coupled L2 penalty, and every rate is the schedule's at that step.
/// </summary>
public abstract record OptimizerPlan
{
    private protected OptimizerPlan(float learningRate) => LearningRate = learningRate;

    public float LearningRate { get; init; }

    /// <summary>Whether it carries a mean of gradients, or momentum, from step to step.</summary>
    internal abstract bool HasFirst { get; }

    /// <summary>Whether it carries a mean of squared gradients.</summary>
    internal abstract bool HasSecond { get; }

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal virtual void Validate() => Requirement.IsAtLeastZero(LearningRate, nameof(LearningRate));

    /// <summary>For a checkpoint's fingerprint: everything that decides θ.</summary>
    internal abstract void WriteTo(BinaryWriter writer);
}
