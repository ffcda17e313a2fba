using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

public sealed class LeaseTests
{
    [Fact]
    public async Task A_stale_owner_cannot_record_an_epoch()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var stale = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        await ledger.RunOutAsync(stale);
        await ledger.Leases.RescueAsync(TimeSpan.Zero);
        var current = await ledger.ClaimOneAsync(await ledger.JoinAsync());

        Assert.Equal(Recording.LeaseLost, await ledger.Results.RecordAsync(stale, Sample.Epochs(1)));
        Assert.Equal(Recording.LeaseLost, await ledger.Results.EndAsync(stale, Sample.Epochs(1), new Ending.Failed("stale")));
        Assert.Equal(Recording.LeaseLost, (await ledger.Results.ResumeAsync(stale with { Term = 2 })).Recording);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from losses"));

        Assert.Equal(Recording.Recorded, await ledger.Results.RecordAsync(current, Sample.Epochs(1)));
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from losses"));
    }

    [Fact]
    public async Task The_same_silo_under_an_old_term_is_a_stale_owner_too()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var silo = await ledger.JoinAsync();
        var first = await ledger.ClaimOneAsync(silo);
        await ledger.Results.EndAsync(first, Progress.None, new Ending.Released());
        var second = await ledger.ClaimOneAsync(silo);

        Assert.Equal((first.Trial, 1, 2), (second.Trial, first.Term, second.Term));
        Assert.Equal(Recording.LeaseLost, await ledger.Results.RecordAsync(first, Sample.Epochs(1)));
    }

    [Fact]
    public async Task Many_connections_never_claim_a_trial_twice()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(250, replicates: 2));
        var silo = await ledger.JoinAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
        {
            var mine = new List<Claim>();
            while (await ledger.Leases.ClaimAsync(silo, 1 + (i % 3), Sample.Lease) is { Count: > 0 } some) mine.AddRange(some);
            return mine;
        }));

        var trials = claims.SelectMany(c => c).Select(c => c.Lease).ToList();
        Assert.Equal(500, trials.Count);
        Assert.Equal(500, trials.Select(l => l.Trial).Distinct().Count());
        Assert.All(trials, l => Assert.Equal(1, l.Term));
    }

    [Fact]
    public async Task A_sweep_is_running_while_a_living_silo_works_on_it_and_pending_once_nobody_does()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Sweep(3));
        async Task<SweepState> StateAsync() => (await ledger.Sweeps.GetAsync(sweep))!.State;
        var silo = await ledger.JoinAsync();
        Assert.Equal(SweepState.Pending, await StateAsync());

        var lease = await ledger.ClaimOneAsync(silo);
        Assert.Equal(SweepState.Running, await StateAsync());
        await ledger.Results.EndAsync(lease, Sample.Epochs(1), new Ending.Completed("0", null, null));
        Assert.Equal(SweepState.Running, await StateAsync()); // between two trials
        await ledger.Silos.LeaveAsync(silo);
        Assert.Equal(SweepState.Pending, await StateAsync());

        // Killed: trusted until its lease runs out.
        var next = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        Assert.Equal(SweepState.Running, await StateAsync());
        await ledger.RunOutAsync(next);
        Assert.Equal(SweepState.Pending, await StateAsync());
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_recalled_once_and_by_its_own_silo_alone()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(4));
        var (silo, other) = (await ledger.JoinAsync(), await ledger.JoinAsync());
        var known = await ledger.ClaimOneAsync(silo);
        await ledger.ClaimOneAsync(other);
        var unheard = Assert.Single(await ledger.Leases.ClaimAsync(silo, 1, Sample.Lease));

        Assert.Equal(unheard, Assert.Single(await ledger.Leases.RecallAsync(silo, [known], Sample.Lease)));
        Assert.Empty(await ledger.Leases.RecallAsync(silo, [known, unheard.Lease], Sample.Lease));
        Assert.Empty(await ledger.Leases.RecallAsync(SiloId.New(), [], Sample.Lease));
        Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from attempts"));
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_rescued_under_a_higher_term_and_the_attempt_is_kept()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(2));
        var (dead, alive) = (await ledger.JoinAsync(), await ledger.JoinAsync());
        var lost = await ledger.ClaimOneAsync(dead);
        await ledger.ClaimOneAsync(alive);
        await ledger.RunOutAsync(lost);

        Assert.Equal(1, await ledger.Leases.RescueAsync(TimeSpan.Zero));
        Assert.Equal(new Lease(lost.Trial, alive, 2), await ledger.ClaimOneAsync(alive));
        Assert.Equal("Expired", await ledger.AskAsync<string>($"select outcome from attempts where trial = {lost.Trial} and term = 1 and silo = '{dead}'"));
        Assert.Equal("Running", await ledger.AskAsync<string>($"select outcome from attempts where trial = {lost.Trial} and term = 2 and silo = '{alive}'"));
    }

    [Fact]
    public async Task Nothing_is_rescued_so_soon_after_the_server_started()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        await ledger.RunOutAsync(await ledger.ClaimOneAsync(await ledger.JoinAsync()));
        Assert.Equal(0, await ledger.Leases.RescueAsync(TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task A_renewal_prolongs_what_is_held_and_leaves_out_what_is_lost()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(3));
        var silo = await ledger.JoinAsync();
        var leases = (await ledger.Leases.ClaimAsync(silo, 3, Sample.Lease)).Select(c => c.Lease).ToList();
        await ledger.RunOutAsync(leases[0]);
        await ledger.RunOutAsync(leases[1]);
        await ledger.Results.EndAsync(leases[2], Progress.None, new Ending.Failed("done"));

        var renewal = await ledger.Leases.RenewAsync(silo, [leases[0], leases[2]], Sample.Lease);

        Assert.Equal([leases[0]], renewal.Held);
        Assert.Equal(1, await ledger.Leases.RescueAsync(TimeSpan.Zero)); // leases[1], which the silo did not name
        Assert.Empty((await ledger.Leases.RenewAsync(silo, [leases[1]], Sample.Lease)).Held);
    }

    [Fact]
    public async Task A_released_trial_waits_for_the_next_claim_with_its_checkpoint()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var silo = await ledger.JoinAsync();
        var first = await ledger.ClaimOneAsync(silo);
        var last = Sample.Epochs(1, 2) with { Checkpoint = new Checkpoint(2, [1, 2, 3]) };
        Assert.Equal(Recording.Recorded, await ledger.Results.EndAsync(first, last, new Ending.Released()));

        var (recording, checkpoint) = await ledger.Results.ResumeAsync(await ledger.ClaimOneAsync(silo));
        Assert.Equal(Recording.Recorded, recording);
        Assert.Equal((2, "010203"), (checkpoint!.Epoch, Convert.ToHexString(checkpoint.Content)));
        Assert.Equal("Released", await ledger.AskAsync<string>("select outcome from attempts where term = 1"));
        Assert.Equal(2, await ledger.AskAsync<long>("select count(*) from losses"));
    }

    [Fact]
    public async Task What_an_attempt_recorded_beyond_its_checkpoint_is_recorded_anew_by_the_next()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var silo = await ledger.JoinAsync();
        var first = await ledger.ClaimOneAsync(silo);
        await ledger.Results.RecordAsync(first, Sample.Epochs(1, 2) with { Checkpoint = new Checkpoint(2, [1]), Snapshots = [new(0, [1f])] });
        await ledger.Results.RecordAsync(first, Sample.Epochs(3, 4) with { Snapshots = [new(4, [2f])] });
        await ledger.RunOutAsync(first);
        await ledger.Leases.RescueAsync(TimeSpan.Zero);

        var second = await ledger.ClaimOneAsync(silo);
        await ledger.Results.ResumeAsync(second);
        Assert.Equal("1,2", await ledger.AskAsync<string>("select string_agg(epoch::text, ',' order by epoch) from losses"));
        Assert.Equal("0", await ledger.AskAsync<string>("select string_agg(epoch::text, ',' order by epoch) from snapshots"));
        await ledger.Results.RecordAsync(second, Sample.Epochs(3, 4, 5));
        Assert.Equal("1,2,3,4,5", await ledger.AskAsync<string>("select string_agg(epoch::text, ',' order by epoch) from losses"));
    }

    [Fact]
    public async Task A_trial_that_keeps_losing_its_silo_fails_with_the_reason()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var silo = await ledger.JoinAsync();
        for (var attempt = 1; attempt <= LeaseBook.MostExpiries; attempt++)
        {
            // Given back in order between: such attempts do not count.
            await ledger.Results.EndAsync(await ledger.ClaimOneAsync(silo), Progress.None, new Ending.Released());
            await ledger.RunOutAsync(await ledger.ClaimOneAsync(silo));
            await ledger.Leases.RescueAsync(TimeSpan.Zero);
        }
        var trial = Assert.Single(await ledger.Trials.OfSweepAsync(sweep));
        Assert.Equal((TrialState.Failed, 2 * LeaseBook.MostExpiries), (trial.State, trial.Attempts));
        Assert.StartsWith("5 attempts ended without a sign of life", trial.Error);
        Assert.Empty(await ledger.Leases.ClaimAsync(silo, 1, Sample.Lease));
    }

    [Fact]
    public async Task A_flush_is_all_or_nothing()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var lease = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        await ledger.AskAsync<object>("alter table ledger.snapshots add check (epoch <> 2)");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => ledger.Results.RecordAsync(lease, Sample.Epochs(1, 2) with { Snapshots = [new(0, [1f]), new(2, [1f])] }));
        Assert.Equal(0, await ledger.AskAsync<long>("select (select count(*) from losses) + (select count(*) from snapshots) + (select max(epochs) from trials)"));
    }

    [Fact]
    public async Task A_flush_or_an_ending_sent_twice_is_recorded_once()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var lease = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        for (var i = 0; i < 2; i++) Assert.Equal(Recording.Recorded, await ledger.Results.RecordAsync(lease, Sample.Epochs(1, 2)));
        var ending = new Ending.Completed("abc", null, null);
        for (var i = 0; i < 2; i++) Assert.Equal(Recording.Recorded, await ledger.Results.EndAsync(lease, Sample.Epochs(3), ending));
        Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from losses"));
        Assert.Equal(0.3, await ledger.AskAsync<double>("select seconds from trials"), 9);
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from attempts"));
        Assert.Equal(Recording.LeaseLost, await ledger.Results.EndAsync(lease, Progress.None, new Ending.Failed("another end")));
    }
}
