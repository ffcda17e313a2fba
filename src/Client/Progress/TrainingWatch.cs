using System.Threading.Channels;
using SweepCluster.Contracts;
using SweepCluster.Silo;

namespace SweepCluster.Client.Progress;

/// <summary>Brings the silo's events to the view until training ends. It looks ten times a second, so the silo never waits for a terminal.</summary>
internal sealed class TrainingWatch(Specification specification, ProgressBook book, IProgressView view, NoteLog notes, ChannelReader<SiloEvent> events, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TrialLabels _labels = new(specification);
    private volatile Tally? _tally;

    /// <summary>May be called from anywhere; shown at the next look.</summary>
    public void Heard(Tally tally) => _tally = tally;

    public async Task FollowAsync(Task training, CancellationToken stop)
    {
        using var stopping = stop.Register(() => notes.Add("stopping: each trial finishes its epoch and is kept; interrupt again to end at once"));
        while (!training.IsCompleted)
        {
            Show();
            await Task.WhenAny(training, Task.Delay(Interval, time, CancellationToken.None));
        }
        Show();
    }

    private void Show()
    {
        if (_tally is { } tally)
            book.Stored(tally);
        while (events.TryRead(out var happened))
            Show(happened);
        while (notes.Take() is { } note)
            view.Note(note, book.Snapshot());
        view.Tick(book.Snapshot());
    }

    private void Show(SiloEvent happened)
    {
        switch (happened)
        {
            case TrialStarted started:
                book.Started(started.Trial, _labels.Of(started.Configuration, started.Replicate), started.Epochs);
                view.Started(started.Trial, started.Configuration, started.Replicate);
                break;
            case EpochTrained { Losses: var losses } trained:
                book.Trained(trained.Trial, losses.Epoch, losses.Training, losses.Validation, losses.Metric);
                view.Trained(trained.Trial, losses.Epoch, losses.Training, losses.Validation);
                break;
            case TrialEnded ended when book.Ended(ended.Trial, ended.State) is { } progress && ended.State is { } state:
                view.Ended(ended.Trial, state, progress, ended.Reason, book.Snapshot());
                break;
        }
    }
}
