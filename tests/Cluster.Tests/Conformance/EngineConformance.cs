using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;
using SweepCluster.Silo;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.News;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests.Conformance;

/// <summary>What any engine must do. A class per engine says how one is made; all of its silos are in this process and share a store.</summary>
public abstract class EngineConformance
{
    /// <summary>An engine for one silo of the cluster whose store this is.</summary>
    protected abstract Task<IEngine> CreateAsync(Ledger ledger);

    [Fact]
    public async Task Claim_each_trial_is_run_once_and_by_one_silo_only()
    {
        var (address, ledger) = await StoreAsync();
        await using var one = await LiveSilo.StartAsync(address, CreateAsync);
        await using var two = await LiveSilo.StartAsync(address, CreateAsync);

        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(configurations: 20));
        await ledger.EndedAsync(sweep);

        Assert.Equal(20, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Completed'"));
        Assert.Equal(20, await ledger.AskAsync<long>("select count(*) from attempts"));
        Assert.Equal(20 * Sweeps.ShortEpochs, await ledger.AskAsync<long>("select count(*) from losses"));
    }

    [Fact]
    public async Task Renew_a_trial_longer_than_a_lease_keeps_its_owner()
    {
        var (address, ledger) = await StoreAsync();
        // Ten renewals in a lease, so that a busy machine may miss some.
        var options = LiveSilo.Options with { Lease = TimeSpan.FromSeconds(4), Renew = TimeSpan.FromMilliseconds(400) };
        await using var one = await LiveSilo.StartAsync(address, CreateAsync, options);
        await using var two = await LiveSilo.StartAsync(address, CreateAsync, options);

        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        await ledger.BecomesAsync("select count(*) > 0 from attempts where now() > started_at + interval '6 s'");

        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from attempts"));
        Assert.Equal("Running", await ledger.AskAsync<string>("select outcome from attempts"));
    }

    [Fact]
    public async Task Rescue_a_trial_of_a_silent_silo_is_taken_up_without_a_word_from_anybody()
    {
        var (address, ledger) = await StoreAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(configurations: 1));
        var silent = await ledger.JoinAsync();
        var lost = Assert.Single(await ledger.Leases.ClaimAsync(silent, 1, TimeSpan.FromSeconds(1))).Lease;
        await using var living = await LiveSilo.StartAsync(address, CreateAsync, LiveSilo.Options with { Lease = TimeSpan.FromSeconds(4), Renew = TimeSpan.FromMilliseconds(300) });

        await ledger.EndedAsync(sweep);

        Assert.Equal("1 Expired, 2 Completed", await ledger.AskAsync<string>("select string_agg(term || ' ' || outcome, ', ' order by term) from attempts"));
        Assert.Equal(Recording.LeaseLost, await ledger.Results.RecordAsync(lost, Sample.Epochs(1)));
    }

    [Fact]
    public async Task Cancel_reaches_a_running_trial_within_a_second_in_the_middle_of_a_long_epoch()
    {
        var (address, ledger) = await StoreAsync();
        await using var silo = await LiveSilo.StartAsync(address, CreateAsync, LiveSilo.Options with { Lease = TimeSpan.FromMinutes(1), Renew = TimeSpan.FromSeconds(30) });
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.LongEpochs());
        await silo.Events.TakeUntilAsync(e => e is TrialStarted);

        var asked = Stopwatch.StartNew();
        await ledger.Control.CancelAsync(sweep);
        await silo.Events.TakeUntilAsync(e => e is TrialEnded { State: TrialState.Cancelled });

        Assert.InRange(asked.ElapsedMilliseconds, 0, Patience.Busy(1000));
        Assert.Equal("Cancelled", await ledger.AskAsync<string>("select state from trials"));
    }

    [Fact]
    public async Task A_nudge_through_the_engine_reaches_the_silo_that_runs_the_sweep()
    {
        var (address, ledger) = await StoreAsync();
        var options = LiveSilo.Options with { Lease = TimeSpan.FromMinutes(1), Renew = TimeSpan.FromSeconds(30) };
        await using var working = await LiveSilo.StartAsync(address, CreateAsync, options);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.LongEpochs());
        await working.Events.TakeUntilAsync(e => e is TrialStarted);
        await using var other = await LiveSilo.StartAsync(address, CreateAsync, options);
        await ledger.BecomesAsync("select count(*) = 2 from silos");

        // Cancelled without the store's own announcement: the engine's word must do.
        await ledger.AskAsync<object>($"update ledger.sweeps set cancelled_at = now() where id = '{sweep}'");
        await other.Engine.NudgeAsync(sweep, CancellationToken.None);
        await working.Events.TakeUntilAsync(e => e is TrialEnded { State: TrialState.Cancelled });
    }

    [Fact]
    public async Task Progress_of_a_trial_is_seen_from_another_silo_within_a_second()
    {
        var (address, ledger) = await StoreAsync();
        await using var working = await LiveSilo.StartAsync(address, CreateAsync);
        await using var other = await LiveSilo.StartAsync(address, CreateAsync, LiveSilo.Options with { UntilSweepDone = new SweepId("none") });
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Endless());
        await working.Events.TakeUntilAsync(e => e is EpochTrained);

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var first = (TrialNews?)null;
        await foreach (var news in working.Engine.FollowAsync(sweep, stop.Token))
        {
            Assert.Equal((sweep, TrialState.Running), (news.Sweep, news.State));
            first ??= news.Epoch > 0 ? news : null;
            if (first is null || news.Epoch <= first.Epoch) continue;
            // An epoch takes about a millisecond, so a recorded one far ahead would be an old word.
            Assert.True(news.Training > 0 && news.Validation > 0);
            break;
        }
    }

    [Fact]
    public async Task Membership_a_silo_is_a_member_from_its_start_to_its_stop()
    {
        var (address, ledger) = await StoreAsync();
        await using var one = await LiveSilo.StartAsync(address, CreateAsync);
        await using var two = await LiveSilo.StartAsync(address, CreateAsync);
        await ledger.BecomesAsync("select count(*) = 2 from silos");

        await EventuallyAsync(one.Engine, [one.Host.Id, two.Host.Id]);
        await EventuallyAsync(two.Engine, [one.Host.Id, two.Host.Id]);
        await two.StopAsync();
        await EventuallyAsync(one.Engine, [one.Host.Id]);
    }

    [Fact]
    public async Task Shutdown_gives_the_trial_back_with_its_checkpoint_within_five_seconds_and_the_next_silo_goes_on_from_there()
    {
        var (address, ledger) = await StoreAsync();
        var one = await LiveSilo.StartAsync(address, CreateAsync);
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        await one.Events.TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: >= 50 });

        var asked = Stopwatch.StartNew();
        Assert.Equal(SiloEnd.Stopped, await one.StopAsync());
        Assert.InRange(asked.ElapsedMilliseconds, 0, Patience.Busy(5000));
        await one.DisposeAsync();

        Assert.Equal("Pending", await ledger.AskAsync<string>("select state from trials"));
        var kept = await ledger.AskAsync<int>("select epoch from ledger.checkpoints");
        Assert.True(kept >= 50);
        await using var two = await LiveSilo.StartAsync(address, CreateAsync);
        var next = (EpochTrained)(await two.Events.TakeUntilAsync(e => e is EpochTrained))[^1];
        Assert.Equal(kept + 1, next.Losses.Epoch);
    }

    [Fact]
    public async Task Shutdown_in_the_middle_of_a_long_epoch_gives_the_trial_back_all_the_same()
    {
        var (address, ledger) = await StoreAsync();
        await using var silo = await LiveSilo.StartAsync(address, CreateAsync);
        await ledger.Launch.LaunchAsync(Sweeps.LongEpochs());
        await silo.Events.TakeUntilAsync(e => e is TrialStarted);

        var asked = Stopwatch.StartNew();
        await silo.StopAsync();

        Assert.InRange(asked.ElapsedMilliseconds, 0, Patience.Busy(5000));
        Assert.Equal("Released", await ledger.AskAsync<string>("select outcome from attempts"));
    }

    [Fact]
    public async Task Pause_gives_running_trials_back_and_resume_goes_on()
    {
        var (address, ledger) = await StoreAsync();
        await using var silo = await LiveSilo.StartAsync(address, CreateAsync);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Endless());
        await silo.Events.TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: >= 5 });

        await ledger.Control.PauseAsync(sweep);
        await silo.Events.TakeUntilAsync(e => e is TrialEnded { State: TrialState.Pending });
        Assert.Equal("Paused", await ledger.AskAsync<string>("select state from sweeps"));
        await ledger.Control.ResumeAsync(sweep);
        var next = (EpochTrained)(await silo.Events.TakeUntilAsync(e => e is EpochTrained))[^1];

        Assert.True(next.Losses.Epoch > 5);
        Assert.Equal(2, await ledger.AskAsync<int>("select attempts from trials"));
    }

    private static async Task<(StoreAddress Address, Ledger Ledger)> StoreAsync()
    {
        var address = await TestServer.NewDatabaseAsync();
        return (address, await Ledger.OpenAsync(address));
    }

    // An engine may learn of the others a little later than they join.
    private static async Task EventuallyAsync(IEngine engine, SiloId[] expected)
    {
        var patience = Stopwatch.StartNew();
        IReadOnlyCollection<SiloId> found;
        do found = await engine.MembersAsync(CancellationToken.None);
        while (!found.ToHashSet().SetEquals(expected) && patience.Elapsed < TimeSpan.FromSeconds(20));
        Assert.Equal(expected.ToHashSet(), found.ToHashSet());
    }
}
