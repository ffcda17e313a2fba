using System.Threading.Channels;

namespace SweepCluster.Grains;

/// <summary>
/// The way of steps from the thread that trains to the flush that records them. The flush is woken for the first of them and for one that
/// cannot wait; it finds the others when its period is over. A word for each would cost a short epoch as much again as its recording.
/// </summary>
/// <param name="most">Steps that may wait; then training waits for the store.</param>
internal sealed class TrainingSteps(int most, TimeProvider time)
{
    private readonly Channel<TrainingStep> _steps = Channel.CreateBounded<TrainingStep>(new BoundedChannelOptions(most) { SingleReader = true, SingleWriter = true });
    private readonly Signal _due = new(time);

    /// <summary>Nothing comes any more, and all of it was taken.</summary>
    public bool AreOver => _steps.Reader.Completion.IsCompleted;

    /// <summary>Called by the thread that trains.</summary>
    /// <param name="abandon">Ends the wait for a store that takes nothing.</param>
    public void Hand(TrainingStep step, CancellationToken abandon)
    {
        if (!_steps.Writer.TryWrite(step))
        {
            _due.Set();
            _steps.Writer.WriteAsync(step, abandon).AsTask().GetAwaiter().GetResult();
        }
        // Half of them are left for the time until the flush takes them.
        if (step.Checkpoint is not null || step.Question is not null || _steps.Reader.Count >= most / 2) _due.Set();
    }

    public void End()
    {
        _steps.Writer.TryComplete();
        _due.Set();
    }

    /// <returns>False when none comes any more.</returns>
    public ValueTask<bool> FirstAsync() => _steps.Reader.WaitToReadAsync();

    public TrainingStep? Take() => _steps.Reader.TryRead(out var step) ? step : null;

    /// <summary>Until a step that cannot wait, the end, or the time.</summary>
    public Task DueAsync(TimeSpan longest) => _due.WaitAsync(longest, CancellationToken.None);
}
