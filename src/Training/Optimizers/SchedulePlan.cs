using SweepCluster.Training.Kernels;

namespace SweepCluster.Training;

/// <summary>
/// The learning rate over the steps: a warm-up, then the schedule from its own beginning. A pure function of the step, worked
/// out in double; what the optimizer makes of the rate is rounded once to float.
/// </summary>
public abstract record SchedulePlan
{
    private const double MostEpochs = 1e6;

    private protected SchedulePlan()
    {
    }

    /// <summary>The rate never changes.</summary>
    public static SchedulePlan Constant { get; } = new ConstantSchedule();

    /// <summary>
    /// Epochs (fractions allowed) in which the rate rises step by step: of W = round(Warmup · batches) steps, step n counted from
    /// 1 has the share n / W.
    /// </summary>
    public double Warmup { get; init; }

    /// <summary>The share of the learning rate at a step.</summary>
    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="batches">Steps of an epoch.</param>
    /// <param name="epochs">Of the plan.</param>
    internal double ShareAt(long step, int batches, int epochs)
    {
        var warmup = WarmupSteps(batches);
        return step <= warmup ? (double)step / warmup : ShareAfterWarmup(step - 1 - warmup, batches, epochs);
    }

    internal virtual void Validate(int epochs) =>
        Requirement.That(Warmup is >= 0 and <= MostEpochs, nameof(Warmup), $"must be in [0, {MostEpochs:F0}] epochs", Warmup);

    /// <summary>For a checkpoint's fingerprint: everything that decides θ.</summary>
    internal virtual void WriteTo(BinaryWriter writer, int epochs) => writer.Write(Warmup);

    private protected long WarmupSteps(int batches) => (long)Math.Round(Warmup * batches);

    /// <param name="number">Steps since the warm-up, the first being 0.</param>
    private protected abstract double ShareAfterWarmup(long number, int batches, int epochs);
}

public sealed record ConstantSchedule : SchedulePlan
{
    private protected override double ShareAfterWarmup(long number, int batches, int epochs) => 1;

    internal override void WriteTo(BinaryWriter writer, int epochs)
    {
        writer.Write("constant");
        base.WriteTo(writer, epochs);
    }
}

/// <summary>The rate is multiplied by the factor after each so many epochs: lr · factor^⌊epoch / every⌋.</summary>
/// <param name="Every">Epochs, at least 1.</param>
/// <param name="Factor">In (0, 1].</param>
public sealed record StepSchedule(int Every, double Factor = 0.1) : SchedulePlan
{
    private protected override double ShareAfterWarmup(long number, int batches, int epochs) => Precise.Power(Factor, number / ((long)Every * batches));

    internal override void Validate(int epochs)
    {
        base.Validate(epochs);
        Requirement.That(Every >= 1, nameof(Every), "must be at least 1 epoch", Every);
        Requirement.That(Factor is > 0 and <= 1, nameof(Factor), "must be in (0, 1]", Factor);
    }

    internal override void WriteTo(BinaryWriter writer, int epochs)
    {
        writer.Write("step");
        base.WriteTo(writer, epochs);
        writer.Write(Every);
        writer.Write(Factor);
    }
}

/// <summary>
/// Half a cosine from the learning rate to its floor (Loshchilov and Hutter 2017, without restarts):
/// share = floor + (1 − floor) · (1 + cos(π · k / K)) / 2, k the steps since the warm-up, K those from there to the end.
/// </summary>
/// <param name="Floor">In [0, 1]: the share of the learning rate that it ends at.</param>
/// <param name="Epochs">Where the floor is reached; null for the plan's. A trial that goes further stays on the floor.</param>
public sealed record CosineSchedule(double Floor = 0, int? Epochs = null) : SchedulePlan
{
    private protected override double ShareAfterWarmup(long number, int batches, int epochs)
    {
        var steps = ((long)(Epochs ?? epochs) * batches) - WarmupSteps(batches);
        if (number >= steps) return Floor;
        return Floor + ((1 - Floor) * (1 + Precise.Cos(Math.PI * number / steps)) / 2);
    }

    internal override void Validate(int epochs)
    {
        base.Validate(epochs);
        Requirement.That(Floor is >= 0 and <= 1, nameof(Floor), "must be in [0, 1]", Floor);
        Requirement.That(Epochs is null or >= 1, nameof(Epochs), "must be at least 1, or null for the plan's", Epochs);
        Requirement.That(Warmup == 0 || Warmup < (Epochs ?? epochs), nameof(Warmup), $"must be shorter than the cosine's {Epochs ?? epochs} epochs", Warmup);
    }

    internal override void WriteTo(BinaryWriter writer, int epochs)
    {
        writer.Write("cosine");
        base.WriteTo(writer, epochs);
        writer.Write(Floor);
        writer.Write(Epochs ?? epochs);
    }
}
