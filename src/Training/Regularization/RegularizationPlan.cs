namespace SweepCluster.Training;

/// <summary>Whether dropout stays on when the network is only evaluated. <c>On</c> is the notebook's way: Monte Carlo dropout.</summary>
public enum DropoutEvaluation
{
    Off,
    On,
}

/// <param name="L2">λ ≥ 0; λ·θ joins the gradient before Adam's moments, for weights and biases.</param>
/// <param name="L1">λ₁ ≥ 0; after each step θ ← sign(θ)·max(|θ| − lr·λ₁, 0), which makes exact zeros.</param>
/// <param name="Dropout">p in [0, 1], the share of hidden units dropped; used in steps of 2⁻¹⁶.</param>
public sealed record RegularizationPlan(float L2, float L1, double Dropout, DropoutEvaluation Evaluation)
{
    public static RegularizationPlan None { get; } = new(0, 0, 0, DropoutEvaluation.Off);

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Validate()
    {
        Requirement.IsAtLeastZero(L2, nameof(L2));
        Requirement.IsAtLeastZero(L1, nameof(L1));
        Requirement.That(Dropout is >= 0 and <= 1, nameof(Dropout), "must be in [0, 1]", Dropout);
        Requirement.That(Enum.IsDefined(Evaluation), nameof(Evaluation), "must be On or Off", Evaluation);
    }
}
