using SweepCluster.Grains.Stopping;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>One epoch as it leaves the training thread, with what was kept of it.</summary>
/// <param name="Question">Training waits for the answer to whether the sweep's other trials let this one go on, once all before is recorded.</param>
internal sealed record TrainingStep(EpochLosses? Losses, Snapshot? Snapshot, Checkpoint? Checkpoint, double Seconds, StoppingQuestion? Question = null);

/// <param name="Answer">Null: go on.</param>
internal sealed record StoppingQuestion(int Epoch, TaskCompletionSource<Stopped?> Answer);

/// <summary>How training ended on its thread.</summary>
internal abstract record TrainingOutcome
{
    /// <param name="Stopped">Null if it went to its last epoch.</param>
    /// <param name="Restored">The epoch that θ is of, if it is not the last.</param>
    public sealed record Finished(
        DataSet Data, string ThetaSha256, Predictions Predictions, Stopped? Stopped, EpochLosses? Restored) : TrainingOutcome;

    /// <summary>The trial failed; its reason is a result like others.</summary>
    public sealed record Failed(string Reason, Exception? Error = null) : TrainingOutcome;

    /// <summary>Somebody asked it to stop; the checkpoint is of its last whole epoch; null if it was interrupted within one.</summary>
    public sealed record Interrupted(Checkpoint? Checkpoint) : TrainingOutcome;

    /// <summary>The checkpoint is of another version of the program, or damaged: the trial begins again.</summary>
    public sealed record CheckpointRefused(string Reason) : TrainingOutcome;
}
