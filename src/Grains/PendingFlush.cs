using SweepCluster.Store.Leases;

namespace SweepCluster.Grains;

/// <summary>Steps that wait for the next flush.</summary>
internal sealed class PendingFlush
{
    private List<EpochLosses> _epochs = [];
    private List<Snapshot> _snapshots = [];
    private Checkpoint? _checkpoint;
    private double _seconds;

    public int Steps { get; private set; }

    /// <summary>Asked by the last step; training waits for it.</summary>
    public StoppingQuestion? Question { get; private set; }

    public void Add(TrainingStep step)
    {
        if (step.Losses is { } losses) _epochs.Add(losses);
        if (step.Snapshot is { } snapshot) _snapshots.Add(snapshot);
        _checkpoint = step.Checkpoint ?? _checkpoint;
        _seconds += step.Seconds;
        Question = step.Question;
        Steps++;
    }

    public Progress Take()
    {
        var taken = new Progress(_epochs, _snapshots, _checkpoint, _seconds);
        (_epochs, _snapshots, _checkpoint, _seconds, Steps, Question) = ([], [], null, 0, 0, null);
        return taken;
    }
}
