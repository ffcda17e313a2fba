namespace SweepCluster.Training;

/// <summary>
/// Losses of a finished epoch, without penalty: each the mean of its batches' losses. Training losses are taken on the way,
/// each before its step; the validation loss after the last.
/// </summary>
public readonly record struct EpochLoss(int Epoch, double Training, double Validation)
{
    /// <summary>
    /// The first of the parameters, in logical order, that is NaN or infinite after the epoch, or one of whose moments is; null for
    /// none. A loss can stay finite over it: tanh, the logistic function and dropout of everything hide it.
    /// </summary>
    public int? NonFiniteParameter { get; init; }

    /// <summary>False once the trial has diverged.</summary>
    public bool IsFinite => double.IsFinite(Training) && double.IsFinite(Validation) && NonFiniteParameter is null;

    /// <summary>Why it is not finite, like <c>training loss became NaN</c>; null if it is.</summary>
    public string? Divergence =>
        !double.IsFinite(Training) ? $"training loss became {Training}"
        : !double.IsFinite(Validation) ? $"validation loss became {Validation}"
        : NonFiniteParameter is { } index ? $"parameter {index} or its moment became infinite or NaN"
        : null;
}
