using Npgsql;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

public sealed class LeaseHorizonTests
{
    [Fact]
    public async Task A_lease_that_runs_out_after_a_search_is_found_by_the_next()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var book = new LeaseBook(ledger.Source, new Clock());
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        Assert.Equal(0, await book.RescueAsync(TimeSpan.Zero));
        Assert.Single(await book.ClaimAsync(await ledger.JoinAsync(), 1, TimeSpan.FromMilliseconds(300)));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        while (await book.RescueAsync(TimeSpan.Zero) == 0) await Task.Delay(20, patience.Token);

        Assert.Equal("Pending", await ledger.AskAsync<string>("select state from trials"));
    }

    [Fact]
    public async Task What_was_given_out_for_the_past_is_found_after_a_while()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var clock = new Clock();
        var book = new LeaseBook(ledger.Source, clock);
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var late = await ledger.ClaimOneAsync(await ledger.JoinAsync());
        Assert.Equal(0, await book.RescueAsync(TimeSpan.Zero));
        await ledger.RunOutAsync(late, ago: TimeSpan.FromHours(1)); // as by a clock that was set back

        clock.Passed = LeaseHorizon.Lifetime;
        Assert.Equal(0, await book.RescueAsync(TimeSpan.Zero));
        clock.Passed += TimeSpan.FromTicks(1);
        Assert.Equal(1, await book.RescueAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_search_that_might_not_judge_is_none()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        await ledger.RunOutAsync(await ledger.ClaimOneAsync(await ledger.JoinAsync()), ago: TimeSpan.FromHours(1));
        var book = new LeaseBook(ledger.Source, new Clock());

        Assert.Equal(0, await book.RescueAsync(TimeSpan.FromDays(1))); // of the server's start
        Assert.Equal(1, await book.RescueAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_lease_that_was_passed_over_because_it_was_locked_is_found_by_the_next_search()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var book = new LeaseBook(ledger.Source, new Clock());
        await ledger.RunOutAsync(await ledger.ClaimOneAsync(await ledger.JoinAsync()), ago: TimeSpan.FromHours(1));
        await using (var other = await ledger.Source.OpenConnectionAsync())
        await using (await other.BeginTransactionAsync()) // rolled back
        {
            await using var hold = new NpgsqlCommand("SELECT FROM ledger.trials FOR UPDATE", other);
            await hold.ExecuteNonQueryAsync();
            Assert.Equal(0, await book.RescueAsync(TimeSpan.Zero));
        }

        Assert.Equal(1, await book.RescueAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task More_leases_than_one_search_takes_are_found_by_the_next_ones()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(150));
        var book = new LeaseBook(ledger.Source, new Clock());
        Assert.Equal(150, (await book.ClaimAsync(await ledger.JoinAsync(), 150, Sample.Lease)).Count);
        await ledger.AskAsync<long>("WITH late AS (UPDATE ledger.trials SET lease_until = now() - interval '1 hour' RETURNING 1) SELECT count(*) FROM late");

        foreach (var rescued in (int[])[100, 50, 0]) Assert.Equal(rescued, await book.RescueAsync(TimeSpan.Zero));
    }
}
