using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SweepCluster.Cluster.Tests;
using SweepCluster.Cluster.Tests.Conformance;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;
using SweepCluster.Silo;
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
        await (await other.SiloAsync()).Grains.GetGrain<ISweepGrain>(grain.Sweep.Value).NudgeAsync();

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
        var there = await elsewhere.SiloAsync();
        Assert.True(await there.Grains.GetGrain<ITrialGrain>(trial).AttachAsync(there.Address));

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

        await using var words = (await engine.SiloAsync()).Grains.GetGrain<ITrialGrain>(grain.Lease.Trial.Value).FollowAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await words.MoveNextAsync());
        grain.Cancel();
        var last = words.Current;
        while (await words.MoveNextAsync()) last = words.Current;

        Assert.Equal(TrialState.Cancelled, last.State);
        await running;
    }

    [Fact]
    public async Task After_a_total_outage_a_reminder_wakes_the_first_silo_that_is_back_until_the_sweep_is_closed()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        var often = OrleansEngineOptions.Default with { Reconcile = TimeSpan.FromSeconds(1) };
        var lost = new OrleansEngine(ledger, often);
        var (_, grain) = await TrainAsync(ledger, lost, await ledger.JoinAsync(lost));
        await ledger.BecomesAsync("select count(*) = 1 from orleans.reminders where name = 'reconcile'");
        await lost.DisposeAsync();

        await using var back = new OrleansEngine(ledger, often);
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ledger.JoinAsync(back, new SiloHints(() => woken.TrySetResult(), () => { }));
        await woken.Task.WaitAsync(TimeSpan.FromMinutes(1));

        await ledger.Control.CancelAsync(grain.Sweep);
        grain.Cancel();
        await ledger.EndedAsync(grain.Sweep);
        await ledger.Leases.RescueAsync(TimeSpan.Zero);
        await ledger.BecomesAsync("select count(*) = 0 from orleans.reminders");
    }

    [Fact]
    public async Task A_silo_that_Orleans_gave_up_works_on_and_joins_again_with_its_trial()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        await using var engine = new OrleansEngine(ledger);
        var (running, grain) = await TrainAsync(ledger, engine, await ledger.JoinAsync(engine));
        await FollowedAsync(engine, grain.Lease.Trial);
        var before = await engine.SiloAsync();

        // As the others write it of a silo that was frozen for too long.
        await ledger.AskAsync<object>("with c as (update orleans.clusters set version = version + 1) update orleans.members set status = 6");
        await before.GivenUp.WaitAsync(TimeSpan.FromMinutes(1));
        await ledger.BecomesAsync("select count(*) = 1 from orleans.members where status = 3");

        Assert.NotSame(before, await engine.SiloAsync());
        await FollowedAsync(engine, grain.Lease.Trial);
        grain.Release();
        Assert.Equal(TrialState.Pending, (await running).State);
    }

    [Fact]
    public async Task A_program_outside_follows_a_trial_and_pauses_and_cancels_its_sweep()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        await using var silo = await LiveSilo.StartAsync(address, own => Task.FromResult<IEngine>(new OrleansEngine(own)), LiveSilo.Options with { Lease = TimeSpan.FromMinutes(1), Renew = TimeSpan.FromSeconds(30) });
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Endless());
        await ledger.BecomesAsync("select count(*) = 1 from orleans.members where status = 3");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client.UseSweepCluster(address));
        using var outside = builder.Build();
        await outside.StartAsync();
        var grains = outside.Services.GetRequiredService<IClusterClient>();

        await FollowedAsync(grains, new TrialId(await ledger.AskAsync<long>("select id from trials")));
        await grains.GetGrain<ISweepGrain>(sweep.Value).PauseAsync();
        await silo.Events.TakeUntilAsync(e => e is TrialEnded { State: TrialState.Pending });
        await grains.GetGrain<ISweepGrain>(sweep.Value).ResumeAsync();
        await silo.Events.TakeUntilAsync(e => e is EpochTrained);
        await grains.GetGrain<ISweepGrain>(sweep.Value).CancelAsync();
        await silo.Events.TakeUntilAsync(e => e is TrialEnded { State: TrialState.Cancelled });
        await outside.StopAsync();
    }

    private static async Task<(Task<Grains.TrialEnd> Running, Grains.TrialGrain Grain)> TrainAsync(Ledger ledger, OrleansEngine engine, SiloId silo, bool launch = true)
    {
        if (launch) await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var grain = await ledger.GrainAsync(Assert.Single(await ledger.Leases.ClaimAsync(silo, 1, Sample.Lease)));
        return (engine.HostAsync(grain, _ => { }, CancellationToken.None), grain);
    }

    private static async Task FollowedAsync(OrleansEngine engine, TrialId trial) => await FollowedAsync((await engine.SiloAsync()).Grains, trial);

    // The trial's grain speaks of an epoch only where the trial trains.
    private static async Task FollowedAsync(IGrainFactory grains, TrialId trial)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            await foreach (var word in grains.GetGrain<ITrialGrain>(trial.Value).FollowAsync(patience.Token).WithCancellation(patience.Token))
            {
                if (word.Epoch > 0) return;
            }
        }
    }
}
