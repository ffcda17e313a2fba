using SweepCluster.Client.Progress;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Tests;

public sealed class ProgressBookTests
{
    private static readonly Tally None = new(0, 0, 0);

    private readonly StoppedClock _clock = new();

    [Fact]
    public void Time_left_comes_from_the_epochs_of_this_run_alone()
    {
        var book = new ProgressBook("x", trials: 4, epochs: 40, Objective.Default, new Tally(2, 0, 20), _clock);
        book.Started(new TrialId(1), "a", 10);
        for (var epoch = 1; epoch <= 5; epoch++)
            book.Trained(new TrialId(1), epoch, 0.1, 0.2);
        _clock.Advance(TimeSpan.FromSeconds(10));

        var snapshot = book.Snapshot();

        Assert.Equal((2, 25.0, 0.625), (snapshot.Ended, snapshot.EpochsDone, snapshot.Share));
        Assert.Equal(TimeSpan.FromSeconds(30), snapshot.Remaining);
    }

    [Fact]
    public void A_trial_that_goes_on_from_a_checkpoint_counts_only_its_new_epochs()
    {
        var book = new ProgressBook("x", 1, 100, Objective.Default, new Tally(0, 0, 30), _clock);
        book.Started(new TrialId(1), "a", 100);
        book.Trained(new TrialId(1), 31, 0.1, 0.1);

        Assert.Equal(31, book.Snapshot().EpochsDone);
    }

    [Fact]
    public void The_best_is_the_smallest_validation_loss_of_those_that_ended_well()
    {
        var book = new ProgressBook("x", 3, 30, Objective.Default, None, _clock);
        foreach (var (id, loss, state) in new[] { (1, 0.3, TrialState.Completed), (2, 0.1, TrialState.Failed), (3, 0.2, TrialState.Stopped) })
        {
            book.Started(new TrialId(id), $"t{id}", 10);
            book.Trained(new TrialId(id), 1, loss, loss);
            book.Ended(new TrialId(id), state);
        }

        var snapshot = book.Snapshot();

        Assert.Equal(new BestTrial("t3", 0.2), snapshot.Best);
        Assert.Equal((3, 1, 1.0), (snapshot.Ended, snapshot.Failed, snapshot.Share));
    }

    [Fact]
    public void The_best_is_the_greatest_metric_where_that_is_the_objective()
    {
        var book = new ProgressBook("x", 3, 30, new Objective("accuracy", true), None, _clock);
        foreach (var (id, loss, accuracy) in new[] { (1, 0.1, (double?)0.5), (2, 0.3, 0.9), (3, 0.05, null) })
        {
            book.Started(new TrialId(id), $"t{id}", 10);
            book.Trained(new TrialId(id), 1, loss, loss, accuracy);
            book.Trained(new TrialId(id), 2, loss, loss); // an epoch without it leaves the last one standing
            book.Ended(new TrialId(id), TrialState.Completed);
        }

        var snapshot = book.Snapshot();

        Assert.Equal(new BestTrial("t2", 0.9), snapshot.Best);
        Assert.Contains("  best so far: t2  accuracy 0.9", ProgressLines.Of(snapshot, 100));
    }

    [Fact]
    public void What_other_silos_have_done_counts_too()
    {
        var book = new ProgressBook("x", 4, 40, Objective.Default, None, _clock);
        book.Started(new TrialId(1), "a", 10);
        book.Trained(new TrialId(1), 1, 0.1, 0.1);
        book.Stored(new Tally(2, 1, 22));

        var snapshot = book.Snapshot();

        Assert.Equal((2, 1, 22.0), (snapshot.Ended, snapshot.Failed, snapshot.EpochsDone));
    }

    [Fact]
    public void A_released_trial_has_not_ended()
    {
        var book = new ProgressBook("x", 1, 10, Objective.Default, None, _clock);
        book.Started(new TrialId(1), "a", 10);

        Assert.NotNull(book.Ended(new TrialId(1), TrialState.Pending));
        Assert.Equal((0, 0), (book.Snapshot().Ended, book.Snapshot().Running.Count));
    }

    private sealed class StoppedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
