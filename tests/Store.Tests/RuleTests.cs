using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Rules;
using SweepCluster.Silo;

namespace SweepCluster.Store.Tests;

/// <summary>Decisions that need neither clock nor store.</summary>
public sealed class RuleTests
{
    private static readonly GrainOptions Options = GrainOptions.Default;

    [Theory]
    [InlineData(0, 50, 10, true)]
    [InlineData(1, 50, 10, false)]
    [InlineData(10, 50, 10, true)]
    [InlineData(50, 50, 7, true)]
    [InlineData(49, 50, 7, true)]
    [InlineData(25, 50, 0, false)]
    [InlineData(50, 50, 0, true)]
    public void Snapshots_are_kept_at_the_start_each_so_many_epochs_and_the_end(int epoch, int epochs, int every, bool kept) =>
        Assert.Equal(kept, RecordingRules.KeepsSnapshot(epoch, epochs, every));

    [Theory]
    [InlineData(9.99, 0, false)]
    [InlineData(10, 0, true)]
    [InlineData(10, 0.2, true)]
    [InlineData(10, 0.201, false)]
    [InlineData(100, 2, true)]
    [InlineData(99, 2, false)]
    public void A_checkpoint_is_due_by_time_and_takes_at_most_two_percent_of_it(double since, double cost, bool due) =>
        Assert.Equal(due, RecordingRules.TakesCheckpoint(TimeSpan.FromSeconds(since), TimeSpan.FromSeconds(cost), Options));

    [Theory]
    [InlineData(0.01, 0.001, 0)]
    [InlineData(0.5, 0.5, 0)]
    [InlineData(3, 0.05, 1.02)]
    [InlineData(40, 5, 0.9)]
    public void Over_a_whole_training_all_checkpoints_but_the_last_take_two_percent_at_most(double epoch, double cost, double growth)
    {
        var (training, spent, last, since) = (0.0, 0.0, 0.0, 0.0);
        for (var e = 0; e < 20_000; e++)
        {
            training += epoch;
            since += epoch;
            if (!RecordingRules.TakesCheckpoint(TimeSpan.FromSeconds(since), TimeSpan.FromSeconds(last), Options)) continue;
            spent += last;
            (last, since) = (cost, 0);
            if (growth > 0) cost = Math.Min(cost * growth, 20);
        }
        Assert.InRange(spent, 0, Options.CheckpointShare * training);
        Assert.True(last > 0);
    }

    [Fact]
    public void A_flush_is_full_with_its_epochs_or_with_a_checkpoint()
    {
        Assert.False(RecordingRules.IsFull(Options.FlushEpochs - 1, false, Options));
        Assert.True(RecordingRules.IsFull(Options.FlushEpochs, false, Options));
        Assert.True(RecordingRules.IsFull(1, true, Options));
    }

    [Fact]
    public void Waits_for_the_store_double_up_to_the_longest()
    {
        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5], Enumerable.Range(0, 8).Select(f => RecordingRules.RetryAfter(f, Options).TotalSeconds));
        Assert.Equal(Options.LongestRetry, RecordingRules.RetryAfter(int.MaxValue, Options));
    }

    [Fact]
    public void Default_options_fit_and_each_that_does_not_is_named_with_its_range()
    {
        Assert.Empty(new SiloOptions().Problems());
        (SiloOptions Options, string Problem)[] wrong =
        [
            (new() { Slots = 0 }, "Slots: expected 1 to 1024, found 0"),
            (new() { Slots = 1025 }, "Slots: expected 1 to 1024, found 1025"),
            (new() { Lease = TimeSpan.FromSeconds(0.5), Renew = TimeSpan.FromSeconds(0.1) }, "Lease: expected 1 s to 1 h, found 0.5 s"),
            (new() { Renew = TimeSpan.FromSeconds(8) }, "Renew: expected 0.01 s to half of Lease (7.5 s), found 8 s"),
            (new() { Poll = TimeSpan.Zero }, "Poll: expected 0.05 s to 60 s, found 0 s"),
            (new() { StopPatience = TimeSpan.FromHours(1) }, "StopPatience: expected 0 s to 600 s, found 3600 s"),
            (new() { EpochPatience = TimeSpan.FromSeconds(5) }, "EpochPatience: expected 0 s to StopPatience (3.5 s), found 5 s"),
            (new() { LeavePatience = TimeSpan.FromSeconds(-1) }, "LeavePatience: expected 0 s to 60 s, found -1 s"),
            (new() { StorePatience = TimeSpan.FromSeconds(1) }, "StorePatience: expected at least Lease (15 s), found 1 s"),
        ];
        Assert.All(wrong, w => Assert.Equal(w.Problem, Assert.Single(w.Options.Problems())));
    }

    [Fact]
    public async Task The_stores_constraint_knows_exactly_the_states_of_the_table()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var constraint = await ledger.AskAsync<string>("select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'ledger.trials'::regclass and conname = 'trials_state_check'");
        var stored = constraint!.Split('\'').Where((_, i) => i % 2 == 1).ToHashSet();
        Assert.Equal(Enum.GetNames<TrialState>().ToHashSet(), stored);
    }

    [Fact]
    public void A_trial_leaves_no_state_but_by_the_table()
    {
        TrialState[] states = Enum.GetValues<TrialState>();
        Assert.Equal([TrialState.Running, TrialState.Cancelled], states.Where(s => TrialTransitions.IsLegal(TrialState.Pending, s)));
        Assert.Equal([TrialState.Pending, TrialState.Completed, TrialState.Stopped, TrialState.Failed, TrialState.Cancelled], states.Where(s => TrialTransitions.IsLegal(TrialState.Running, s)));
        Assert.DoesNotContain(states, s => TrialTransitions.IsLegal(TrialState.Completed, s) || TrialTransitions.IsLegal(TrialState.Stopped, s));
        Assert.Equal([TrialState.Pending], states.Where(s => TrialTransitions.IsLegal(TrialState.Failed, s)));
        Assert.Equal([TrialState.Pending], states.Where(s => TrialTransitions.IsLegal(TrialState.Cancelled, s)));
    }
}
