namespace SweepCluster.Training;

/// <summary>
/// Losses of a finished epoch, without penalty: each the mean of its batches' mean squared errors. Training losses are taken
/// on the way, each before its step; the validation loss after the last.
/// </summary>
public readonly record struct EpochLoss(int Epoch, double Training, double Validation)
{
    /// <summary>False once the trial has diverged.</summary>
    public bool IsFinite => double.IsFinite(Training) && double.IsFinite(Validation);
}
