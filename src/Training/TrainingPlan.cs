using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.PiecewiseLinear;

namespace SweepCluster.Training;

/// <summary>All that decides a trial's θ besides its data.</summary>
/// <param name="Batch">Rows per step; the last batch of an epoch has what is left.</param>
public sealed record TrainingPlan(
    NetworkPlan Network, int Epochs, int Batch, OptimizerPlan Optimizer, RegularizationPlan Regularization, ulong Seed)
{
    private const long MostNumbers = 500_000_000; // of a batch: blocks are counted in bytes with 31 bits

    public LossPlan Loss { get; init; } = LossPlan.MeanSquaredError;

    public SchedulePlan Schedule { get; init; } = SchedulePlan.Constant;

    /// <summary>
    /// A loss gradient of a greater norm is scaled down to this one before the step: g ← g · limit / (‖g‖₂ + 10⁻⁶), over all weights
    /// and biases together and without penalties. Null for no limit.
    /// </summary>
    public float? ClipNorm { get; init; }

    /// <summary>The learning rate at a step.</summary>
    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="batches">Steps of an epoch.</param>
    internal double RateAt(long step, int batches) => Optimizer.LearningRate * Schedule.ShareAt(step, batches, Epochs);

    /// <summary>Of the training rows, in (0, 1]: how many of them are trained on.</summary>
    public double Fraction { get; init; } = 1;

    public AugmentationPlan Augmentation { get; init; } = AugmentationPlan.None;

    public TrainingPath Path { get; init; }

    /// <summary>The first of this plan's wishes that trainers of other libraries do not know yet, in a sweep file's words; null for none.</summary>
    internal string? OwnFeature =>
        Fraction < 1 ? "data.fraction"
        : !Augmentation.IsNone ? "augmentation"
        : Regularization.Decay > 0 ? "regularization.l2_form"
        : Regularization is { L1: > 0, L1Step: not L1Step.Proximal } ? "regularization.l1_step"
        : Regularization.Norm is not null ? "regularization.norm"
        : Regularization.Scope != PenaltyScope.All ? "regularization.applies_to"
        : Regularization.DropoutByLayer is not null ? "regularization.dropout.p by layer"
        : null;

    /// <summary>What <see cref="TrainingPath.Default"/> stands for in this plan.</summary>
    internal TrainingPath ResolvedPath =>
        Path != TrainingPath.Default ? Path
        : PiecewisePlan.Fits(this) ? TrainingPath.PiecewiseLinear
        : FoldedStem.Fits(Network) ? TrainingPath.FoldedStem
        : TrainingPath.Plain;

    /// <exception cref="ArgumentException">The plan cannot be trained on the data; the message says what was found and expected.</exception>
    internal void Validate(DataSet data)
    {
        Requirement.That(Network.Inputs == data.Inputs, nameof(Network.Inputs), $"must be the data's {data.Inputs}", Network.Inputs);
        Network.Validate();
        Loss.Validate(Network, data);
        Requirement.That(Epochs >= 0, nameof(Epochs), "must be at least 0", Epochs);
        Requirement.That(Batch > 0, nameof(Batch), "must be at least 1", Batch);
        var numbers = 0L;
        foreach (var layer in Network.Shapes) numbers += 4L * Math.Min(Batch, data.Rows) * Math.Max(Padding.Up(layer.Inputs), Padding.Up(layer.Outputs));
        Requirement.That(numbers <= MostNumbers, nameof(Batch), $"must keep a batch at {MostNumbers} numbers of all layers", numbers);
        Optimizer.Validate();
        Schedule.Validate(Epochs);
        if (ClipNorm is { } limit) Requirement.IsAboveZero(limit, nameof(ClipNorm));
        Regularization.Validate(Network, Optimizer);
        Augmentation.Validate(Loss);
        Requirement.That(Fraction is > 0 and <= 1, nameof(Fraction), "must be in (0, 1]", Fraction);
        Requirement.That(Path != TrainingPath.FoldedStem || FoldedStem.Fits(Network), nameof(Path), "needs a stem of at most 15 inputs and a hidden layer", Path);
        Requirement.That(Path != TrainingPath.PiecewiseLinear || PiecewisePlan.Fits(this), nameof(Path), "needs one input, two hidden layers, ReLU or leaky ReLU, a batch of 16, dropout below 0.5 in the first hidden layer and inputs without jitter", Path);
        Requirement.That(data.RowsOf(Part.Train).Length > 0, nameof(Part.Train), "needs at least 1 row", 0);
        Requirement.That(data.RowsOf(Part.Validation).Length > 0, nameof(Part.Validation), "needs at least 1 row", 0);
    }
}
