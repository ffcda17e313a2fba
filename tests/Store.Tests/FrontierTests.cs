using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Silo;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

public sealed class FrontierTests
{
    [Fact]
    public async Task Claims_go_on_where_they_came_to_until_they_are_told_to_look_again()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (mine, theirs) = (new LeaseBook(ledger.Source), new LeaseBook(ledger.Source));
        var sweep = await ledger.Launch.LaunchAsync(Sample.Sweep(6));
        var other = await ClaimAsync(ledger, theirs);
        Assert.Equal((0, 1), (other.Ordinal, (await ClaimAsync(ledger, mine)).Ordinal));
        await ledger.Results.EndAsync(other.Lease, Progress.None, new Ending.Released());

        Assert.Equal(2, (await ClaimAsync(ledger, mine)).Ordinal);
        mine.LookAgain(SweepId.New());
        Assert.Equal(3, (await ClaimAsync(ledger, mine)).Ordinal);
        mine.LookAgain(sweep);
        Assert.Equal(0, (await ClaimAsync(ledger, mine)).Ordinal);
        Assert.Equal(4, (await ClaimAsync(ledger, mine)).Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public async Task What_is_left_before_is_found_when_nothing_is_beyond(int count, bool oneSweep)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (mine, theirs) = (new LeaseBook(ledger.Source), new LeaseBook(ledger.Source));
        var sweep = await ledger.Launch.LaunchAsync(Sample.Sweep(3, replicates: 2));
        var other = await ClaimAsync(ledger, theirs);
        var silo = await ledger.JoinAsync();
        for (var i = 0; i < 5; i++) await ClaimAsync(ledger, mine);
        await ledger.Results.EndAsync(other.Lease, Progress.None, new Ending.Released());

        var found = await mine.ClaimAsync(silo, count, Sample.Lease, oneSweep ? sweep : null);

        Assert.Equal((0, 0, 2), (found.Single().Ordinal, found[0].Replicate, found[0].Lease.Term));
        Assert.Empty(await mine.ClaimAsync(silo, count, Sample.Lease, oneSweep ? sweep : null));
    }

    [Fact]
    public async Task What_nobody_announced_is_found_after_a_while()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var clock = new Clock();
        var (mine, theirs) = (new LeaseBook(ledger.Source, clock), new LeaseBook(ledger.Source));
        await ledger.Launch.LaunchAsync(Sample.Sweep(6));
        var other = await ClaimAsync(ledger, theirs);
        await ClaimAsync(ledger, mine);
        await ledger.Results.EndAsync(other.Lease, Progress.None, new Ending.Released());

        clock.Passed = Frontier.Lifetime;
        Assert.Equal(2, (await ClaimAsync(ledger, mine)).Ordinal);
        clock.Passed += TimeSpan.FromTicks(1);
        Assert.Equal(0, (await ClaimAsync(ledger, mine)).Ordinal);
    }

    [Fact]
    public async Task Each_sweep_has_its_own_place_and_shares_stay_what_they_are()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var silo = await ledger.JoinAsync();
        var book = new LeaseBook(ledger.Source);
        var first = await ledger.Launch.LaunchAsync(Sample.Sweep(4));
        var second = await ledger.Launch.LaunchAsync(Sample.Sweep(4));

        var claims = new List<Claim>();
        for (var i = 0; i < 8; i++)
        {
            var shares = claims.GroupBy(c => c.Sweep).ToDictionary(g => g.Key, g => (double)g.Count());
            claims.AddRange(await book.ClaimAsync(silo, 1, Sample.Lease, shares: shares));
        }

        Assert.Equal([0, 1, 2, 3], claims.Where(c => c.Sweep == first).Select(c => c.Ordinal));
        Assert.Equal([0, 1, 2, 3], claims.Where(c => c.Sweep == second).Select(c => c.Ordinal));
        Assert.All(claims.Chunk(2), pair => Assert.NotEqual(pair[0].Sweep, pair[1].Sweep));
    }

    [Fact]
    public void A_claim_that_began_before_it_was_told_to_look_again_moves_nothing()
    {
        var frontier = new Frontier(TimeProvider.System);
        var sweep = SweepId.New();
        var begun = frontier.Begin();
        frontier.Forget(SweepId.New());
        frontier.Advance(begun, [At(sweep, 0, 7)]);
        Assert.Empty(frontier.Begin().Places);

        // Answers of several connections come in any order.
        begun = frontier.Begin();
        frontier.Advance(begun, [At(sweep, 1, 3)]);
        frontier.Advance(begun, [At(sweep, 1, 2), At(sweep, 0, 9)]);
        Assert.Equal((1, 3), frontier.Begin().Places[sweep]);
    }

    [Fact]
    public async Task A_silo_looks_again_when_it_hears_that_a_trial_was_given_back()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        var other = await ClaimAsync(ledger, new LeaseBook(ledger.Source));
        await ledger.Control.PauseAsync(sweep); // the silo has nothing to claim, and forgets for no other reason
        using var stop = new CancellationTokenSource();
        var silo = new SiloHost(ledger, new SiloOptions { Slots = 1 }, NullLoggerFactory.Instance, null).RunAsync(stop.Token);
        var listening = await ForgottenAsync(ledger, 0);

        await ledger.Results.EndAsync(other.Lease, Progress.None, new Ending.Released());

        Assert.Equal(listening + 1, await ForgottenAsync(ledger, listening));
        await stop.CancelAsync();
        await silo;
    }

    private static async Task<long> ForgottenAsync(Ledger ledger, long more)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (ledger.Leases.Frontier.Begin().Forgotten <= more) await Task.Delay(5, patience.Token);
        return ledger.Leases.Frontier.Begin().Forgotten;
    }

    private static async Task<Claim> ClaimAsync(Ledger ledger, LeaseBook book) => Assert.Single(await book.ClaimAsync(await ledger.JoinAsync(), 1, Sample.Lease));

    private static Claim At(SweepId sweep, int replicate, long ordinal) => new(new Lease(new TrialId(1), SiloId.New(), 1), sweep, ordinal, replicate, "{}");
}
