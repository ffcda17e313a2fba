namespace SweepCluster.Training;

/// <summary>
/// Jitter: every epoch sees the training rows with other normal noise on them. Validation, test and fit never do.
/// </summary>
/// <param name="Inputs">Standard deviation of what is added to each input, in its own units.</param>
/// <param name="Targets">Standard deviation of what is added to each target, after scaling.</param>
public sealed record AugmentationPlan(double Inputs, double Targets)
{
    public static AugmentationPlan None { get; } = new(0, 0);

    internal bool IsNone => Inputs == 0 && Targets == 0;

    internal void Validate(LossPlan loss)
    {
        Requirement.That(Inputs >= 0 && double.IsFinite(Inputs), nameof(Inputs), "must be at least 0", Inputs);
        Requirement.That(Targets >= 0 && double.IsFinite(Targets), nameof(Targets), "must be at least 0", Targets);
        Requirement.That(Targets == 0 || loss.Kind != LossKind.CrossEntropy, nameof(Targets), "must be 0 where targets are classes", Targets);
    }

    internal void WriteTo(BinaryWriter writer)
    {
        if (IsNone) return;
        writer.Write("augmentation");
        writer.Write(Inputs);
        writer.Write(Targets);
    }
}
