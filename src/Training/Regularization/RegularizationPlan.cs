namespace SweepCluster.Training;

/// <summary>Whether dropout stays on when the network is only evaluated. <c>On</c> is the notebook's way: Monte Carlo dropout.</summary>
public enum DropoutEvaluation
{
    Off,
    On,
}

/// <summary>How λ₁‖θ‖₁ enters a step. Values are part of fingerprints.</summary>
public enum L1Step
{
    /// <summary>After the step soft thresholding by lr·λ₁: right for plain gradient descent.</summary>
    Proximal,

    /// <summary>
    /// After the step soft thresholding by λ₁ times the step that the optimizer makes of a steady unit gradient, number by number:
    /// θ comes to rest where loss + λ₁‖θ‖₁ is least under every optimizer.
    /// </summary>
    Scaled,

    /// <summary>λ₁·sign(θ) joins the gradient; no zeros.</summary>
    Subgradient,
}

/// <summary>What the penalties shrink.</summary>
public enum PenaltyScope
{
    All,
    Weights,
}

/// <param name="L2">λ ≥ 0; λ·θ joins the gradient before the optimizer's moments.</param>
/// <param name="L1">λ₁ ≥ 0; by <see cref="L1Step"/>.</param>
/// <param name="Dropout">p in [0, 1], the share of hidden units dropped; used in steps of 2⁻¹⁶.</param>
public sealed record RegularizationPlan(float L2, float L1, double Dropout, DropoutEvaluation Evaluation)
{
    public static RegularizationPlan None { get; } = new(0, 0, 0, DropoutEvaluation.Off);

    /// <summary>λ ≥ 0 of the decoupled decay, lr·λ ≤ 1: θ ← (1 − lr·λ)·θ before the step, whatever the optimizer.</summary>
    public float Decay { get; init; }

    public L1Step L1Step { get; init; }

    /// <summary>Null for none.</summary>
    public NormPenalty? Norm { get; init; }

    /// <summary>What L2, L1, <see cref="Decay"/> and AdamW's weight decay shrink. <see cref="Norm"/> is of weights in any case.</summary>
    public PenaltyScope Scope { get; init; }

    /// <summary>p of each hidden layer, first to last, in place of the one <see cref="Dropout"/>, which is 0 then; null for none.</summary>
    public IReadOnlyList<double>? DropoutByLayer { get; init; }

    /// <summary>λ₁·sign(θ) joins the gradient.</summary>
    internal bool IsSubgradient => this is { L1Step: L1Step.Subgradient, L1: > 0 };

    /// <summary>Whether any unit is ever dropped.</summary>
    public bool Drops => Dropout > 0 || DropoutByLayer?.Any(p => p > 0) == true;

    /// <param name="hidden">Of the hidden layers, from 0.</param>
    internal double DropoutOf(int hidden) => DropoutByLayer is { } rates ? rates[hidden] : Dropout;

    /// <param name="rate">What a steady unit gradient moves a parameter by.</param>
    /// <returns>By how much every θ is pulled towards zero after a step of the plain proximal form.</returns>
    internal float ThresholdAt(double rate) => L1Step == L1Step.Proximal ? (float)(rate * L1) : 0;

    /// <summary>The same in the scaled form, before an optimizer with a metric divides by it.</summary>
    internal float PullAt(double rate) => L1Step == L1Step.Scaled ? (float)(rate * L1) : 0;

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Validate(NetworkPlan network, OptimizerPlan optimizer)
    {
        Requirement.IsAtLeastZero(L2, nameof(L2));
        Requirement.IsAtLeastZero(L1, nameof(L1));
        Requirement.IsAtLeastZero(Decay, nameof(Decay));
        Requirement.That((double)optimizer.LearningRate * Decay <= 1 + 1e-6, nameof(Decay), $"must be at most 1 / {nameof(optimizer.LearningRate)} = {1 / optimizer.LearningRate}", Decay);
        Requirement.That(L1Step is >= L1Step.Proximal and <= L1Step.Subgradient, nameof(L1Step), "must be a known step", L1Step);
        Requirement.That(Scope is PenaltyScope.All or PenaltyScope.Weights, nameof(Scope), "must be All or Weights", Scope);
        Norm?.Validate();
        Requirement.That(Dropout is >= 0 and <= 1, nameof(Dropout), "must be in [0, 1]", Dropout);
        Requirement.That(Evaluation is DropoutEvaluation.Off or DropoutEvaluation.On, nameof(Evaluation), "must be On or Off", Evaluation);
        if (DropoutByLayer is not { } rates) return;
        Requirement.That(rates.Count == network.Hidden.Count, nameof(DropoutByLayer), $"must have a rate for each of the {network.Hidden.Count} hidden layers", rates.Count);
        Requirement.That(rates.All(p => p is >= 0 and <= 1), nameof(DropoutByLayer), "must be in [0, 1]", string.Join(", ", rates));
        Requirement.That(Dropout == 0, nameof(Dropout), $"must be 0 beside {nameof(DropoutByLayer)}", Dropout);
    }

    /// <summary>For a checkpoint's fingerprint: what older versions did not know, and nothing where none of it is used.</summary>
    internal void WriteTo(BinaryWriter writer)
    {
        if (Decay > 0 || L1Step != L1Step.Proximal || Scope != PenaltyScope.All)
        {
            writer.Write("penalties");
            writer.Write(Decay);
            writer.Write((int)L1Step);
            writer.Write((int)Scope);
        }

        Norm?.WriteTo(writer);
        if (DropoutByLayer is not { } rates) return;
        writer.Write("dropout");
        foreach (var p in rates) writer.Write(p);
    }
}
