using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>One epoch as it leaves the training thread, with what was kept of it.</summary>
internal sealed record TrainingStep(EpochLosses? Losses, Snapshot? Snapshot, Checkpoint? Checkpoint, double Seconds);

/// <summary>How training ended on its thread.</summary>
internal abstract record TrainingOutcome
{
    public sealed record Finished(DataSet Data, string ThetaSha256, double? TestLoss, float[] Prediction, float[]? Spread) : TrainingOutcome;

    /// <summary>The trial failed; its reason is a result like others.</summary>
    public sealed record Failed(string Reason, Exception? Error = null) : TrainingOutcome;

    /// <summary>Somebody asked it to stop; the checkpoint is of its last whole epoch; null if it was interrupted within one.</summary>
    public sealed record Interrupted(Checkpoint? Checkpoint) : TrainingOutcome;

    /// <summary>The checkpoint is of another version of the program, or damaged: the trial begins again.</summary>
    public sealed record CheckpointRefused(string Reason) : TrainingOutcome;
}
