using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Silo;

namespace SweepCluster.Store.Tests;

public sealed class SiloTests
{
    private const string Yaml =
        """
        name: tiny
        seed: 7
        data: {kind: oscillation, points: 200, split: {train: 0.6, validation: 0.2, test: 0.2}}
        model: {stem: 8, hidden: [8, 8]}
        training: {epochs: 12, batch: 16, learning_rate: 1e-2}
        snapshots: {every: 5}
        grid:
          regularization.l2: [0, 1e-4, 1e-2]
        """;

    [Fact]
    public async Task A_silo_trains_a_sweep_to_its_end_and_stores_all_of_it()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(Yaml));
        var events = Channel.CreateUnbounded<SiloEvent>();

        Assert.Equal(SiloEnd.SweepDone, await Silo(ledger, sweep, events).RunAsync(CancellationToken.None));

        var trials = await ledger.Trials.OfSweepAsync(sweep);
        Assert.All(trials, t => Assert.Equal((TrialState.Completed, 12, 1, 64), (t.State, t.Epochs, t.Attempts, t.ThetaSha256!.Length)));
        Assert.All(trials, t => Assert.True(t.BestValidationLoss <= t.ValidationLoss && t.Seconds > 0));
        Assert.Equal(36, await ledger.AskAsync<long>("select count(*) from losses"));
        Assert.Equal("0,5,10,12", await ledger.AskAsync<string>($"select string_agg(epoch::text, ',' order by epoch) from snapshots where trial = {trials[0].Id}"));
        Assert.Equal(160 + 160 + 200, await ledger.AskAsync<long>("select count(*) from fits")); // the best was tested
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from ledger.checkpoints"));
        Assert.Equal("Stopped", await ledger.AskAsync<string>("select state from silos"));
        Assert.Equal(SweepState.Completed, (await ledger.Sweeps.GetAsync(sweep))!.State);

        var heard = await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is TrialEnded { Ordinal: 2 });
        Assert.Equal(36, heard.OfType<EpochTrained>().Count());
        Assert.Equal(3, heard.OfType<TrialStarted>().Count());
    }

    [Fact]
    public async Task A_trial_that_diverges_fails_with_its_epoch_while_the_others_complete()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(Yaml.Replace("regularization.l2: [0, 1e-4, 1e-2]", "training.learning_rate: [1e-2, 1e30]")));

        Assert.Equal(SiloEnd.SweepDone, await Silo(ledger, sweep).RunAsync(CancellationToken.None));

        var trials = await ledger.Trials.OfSweepAsync(sweep);
        Assert.Equal([TrialState.Completed, TrialState.Failed], trials.Select(t => t.State));
        Assert.Matches("^training loss became (NaN|Infinity|∞) at epoch [0-9]+: lower training.learning_rate", trials[1].Error);
        Assert.Equal(SweepState.Failed, (await ledger.Sweeps.GetAsync(sweep))!.State);
    }

    [Fact]
    public async Task A_stopped_silo_gives_its_trials_back_and_the_next_one_ends_with_the_same_theta()
    {
        const int epochs = 600;
        var undisturbed = await HashesAsync(epochs, async (ledger, sweep) => await Silo(ledger, sweep).RunAsync(CancellationToken.None));
        var interrupted = await HashesAsync(epochs, async (ledger, sweep) =>
        {
            foreach (var stopAfter in (int[])[20, 250, 500])
            {
                using var stop = new CancellationTokenSource();
                var events = Channel.CreateUnbounded<SiloEvent>();
                var running = Silo(ledger, sweep, events).RunAsync(stop.Token);
                _ = running.ContinueWith(_ => events.Writer.TryComplete(), TaskScheduler.Default);
                await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: var epoch } && epoch >= stopAfter);
                await stop.CancelAsync();
                await running;
                Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from trials where state = 'Running'"));
            }
            await Silo(ledger, sweep).RunAsync(CancellationToken.None);
            Assert.True(await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Released'") > 0);
        });
        Assert.Equal(undisturbed, interrupted);
    }

    [Fact]
    public async Task A_silo_that_vanishes_is_rescued_from_and_nothing_is_lost_or_twice()
    {
        var undisturbed = await HashesAsync(12, async (ledger, sweep) => await Silo(ledger, sweep).RunAsync(CancellationToken.None));
        var rescued = await HashesAsync(12, async (ledger, sweep) =>
        {
            // A silo that claimed all, recorded two epochs of one trial, and was never seen again.
            var dead = await ledger.JoinAsync();
            var claims = await ledger.Leases.ClaimAsync(dead, 3, Sample.Lease);
            await ledger.Results.RecordAsync(claims[0].Lease, Sample.Epochs(1, 2));
            foreach (var claim in claims) await ledger.RunOutAsync(claim.Lease);
            Assert.Equal(3, await ledger.Leases.RescueAsync(TimeSpan.Zero));
            await Silo(ledger, sweep).RunAsync(CancellationToken.None);
            Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Expired'"));
        });
        Assert.Equal(undisturbed, rescued);
    }

    [Fact]
    public async Task A_cancelled_sweep_ends_its_running_trials_too()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(Yaml.Replace("epochs: 12", "epochs: 1000000")));
        var events = Channel.CreateUnbounded<SiloEvent>();
        var running = Silo(ledger, sweep, events).RunAsync(CancellationToken.None);
        await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained);

        await ledger.Control.CancelAsync(sweep);

        Assert.Equal(SiloEnd.SweepDone, await running);
        Assert.All(await ledger.Trials.OfSweepAsync(sweep), t => Assert.Equal(TrialState.Cancelled, t.State));
        Assert.Equal(SweepState.Cancelled, (await ledger.Sweeps.GetAsync(sweep))!.State);

        Assert.Equal(3, await ledger.Control.RetryAsync(sweep));
        Assert.Equal(SweepState.Pending, (await ledger.Sweeps.GetAsync(sweep))!.State);
    }

    [Fact]
    public async Task A_silo_that_loses_a_lease_writes_nothing_more_for_the_trial()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(Yaml.Replace("epochs: 12", "epochs: 1000000").Replace("[0, 1e-4, 1e-2]", "[0]")));
        var events = Channel.CreateUnbounded<SiloEvent>();
        using var stop = new CancellationTokenSource();
        var silo = Silo(ledger, sweep, events);
        var running = silo.RunAsync(stop.Token);
        await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained);

        // What a rescue by another silo does to the row.
        await ledger.AskAsync<object>($"update ledger.trials set silo = '{Guid.NewGuid()}', term = 2, epochs = 0; delete from ledger.losses");
        var end = (TrialEnded)(await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is TrialEnded))[^1];

        Assert.Null(end.State);
        Assert.Equal(0, await ledger.AskAsync<long>("select (select count(*) from losses) + (select max(epochs) from trials)"));
        await stop.CancelAsync();
        await running;
    }

    private static async Task<string[]> HashesAsync(int epochs, Func<Ledger, SweepId, Task> work)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(Yaml.Replace("epochs: 12", $"epochs: {epochs}")));
        await work(ledger, sweep);
        var trials = await ledger.Trials.OfSweepAsync(sweep);
        Assert.All(trials, t => Assert.Equal(TrialState.Completed, t.State));
        // Each epoch once, whatever happened in between.
        Assert.Equal(3 * epochs, await ledger.AskAsync<long>("select count(distinct (trial, epoch)) from losses"));
        Assert.Equal(3 * epochs, await ledger.AskAsync<long>("select count(*) from losses"));
        return [.. trials.Select(t => t.ThetaSha256!)];
    }

    private static SiloHost Silo(Ledger ledger, SweepId sweep, Channel<SiloEvent>? events = null) => new(
        ledger,
        new SiloOptions { Slots = 2, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(50), Grain = GrainOptions.Default with { FlushPeriod = TimeSpan.FromMilliseconds(1) } },
        NullLoggerFactory.Instance, events?.Writer);
}
