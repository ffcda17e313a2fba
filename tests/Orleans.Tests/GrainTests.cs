using Orleans.Runtime;
using SweepCluster.Cluster.Tests;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Orleans.Tests;

/// <summary>The grains themselves, without the store's announcements that would hide a call that is lost.</summary>
public class GrainTests
{
    [Fact]
    public async Task A_nudge_of_a_sweep_reaches_the_silo_that_trains_its_trial()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        await using var working = new OrleansEngine(ledger);
        await using var other = new OrleansEngine(ledger);
        var nudged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var silo = await ledger.JoinAsync(working, new SiloHints(() => { }, () => nudged.TrySetResult()));
        await ledger.JoinAsync(other);
        var (running, grain) = await TrainAsync(ledger, working, silo);

        await FollowedAsync(other, grain.Lease.Trial);
        await other.Grains.GetGrain<ISweepGrain>(grain.Sweep.Value).NudgeAsync();

        await nudged.Task.WaitAsync(TimeSpan.FromSeconds(30));
        grain.Cancel();
        Assert.Equal(TrialState.Cancelled, (await running).State);
    }

    [Fact]
    public async Task An_activation_that_lives_elsewhere_makes_room_for_the_silo_that_trains()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        await using var working = new OrleansEngine(ledger);
        await using var elsewhere = new OrleansEngine(ledger);
        var silo = await ledger.JoinAsync(working);
        await ledger.JoinAsync(elsewhere);
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var trial = await ledger.AskAsync<long>("select id from trials");
        Assert.True(await elsewhere.Grains.GetGrain<ITrialGrain>(trial).AttachAsync(elsewhere.Address));

        var (running, grain) = await TrainAsync(ledger, working, silo, launch: false);

        Assert.Equal(trial, grain.Lease.Trial.Value);
        await FollowedAsync(elsewhere, grain.Lease.Trial);
        grain.Release();
        Assert.Equal(TrialState.Pending, (await running).State);
    }

    [Fact]
    public async Task Whoever_follows_a_trial_hears_its_end()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        await using var engine = new OrleansEngine(ledger);
        var silo = await ledger.JoinAsync(engine);
        var (running, grain) = await TrainAsync(ledger, engine, silo);
        await FollowedAsync(engine, grain.Lease.Trial);

        var words = engine.Grains.GetGrain<ITrialGrain>(grain.Lease.Trial.Value).FollowAsync(CancellationToken.None);
        grain.Cancel();
        var heard = await words.TakeUntilAsync(word => word.State != TrialState.Running);

        Assert.Equal(TrialState.Cancelled, heard[^1].State);
        await running;
    }

    [Fact]
    public async Task A_reminder_wakes_silos_for_an_open_sweep_and_goes_when_it_is_closed()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        await using var engine = new OrleansEngine(ledger);
        var woken = 0;
        var silo = await ledger.JoinAsync(engine, new SiloHints(() => Interlocked.Increment(ref woken), () => { }));
        var (running, grain) = await TrainAsync(ledger, engine, silo);
        await ledger.BecomesAsync("select count(*) = 1 from orleans.reminders where name = 'reconcile'");
        var sweep = engine.Grains.GetGrain<ISweepGrain>(grain.Sweep.Value).AsReference<IRemindable>();

        await sweep.ReceiveReminder("reconcile", default);
        Assert.Equal(1, woken);

        await ledger.Control.CancelAsync(grain.Sweep);
        grain.Cancel();
        await running;
        await ledger.Leases.RescueAsync(TimeSpan.Zero);
        await sweep.ReceiveReminder("reconcile", default);
        Assert.Equal(1, woken);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from orleans.reminders"));
    }

    private static async Task<(Task<Grains.TrialEnd> Running, Grains.TrialGrain Grain)> TrainAsync(Ledger ledger, OrleansEngine engine, SiloId silo, bool launch = true)
    {
        if (launch) await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var grain = await ledger.GrainAsync(Assert.Single(await ledger.Leases.ClaimAsync(silo, 1, Sample.Lease)));
        return (engine.HostAsync(grain, _ => { }, CancellationToken.None), grain);
    }

    // The trial's grain speaks of an epoch only where the trial trains.
    private static async Task FollowedAsync(OrleansEngine engine, TrialId trial)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            await foreach (var word in engine.Grains.GetGrain<ITrialGrain>(trial.Value).FollowAsync(patience.Token).WithCancellation(patience.Token))
            {
                if (word.Epoch > 0) return;
            }
        }
    }
}
