using System.Threading.Channels;
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
        var (mine, theirs) = (new LeaseBook(ledger.Source, new Clock()), new LeaseBook(ledger.Source, new Clock()));
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
        var (mine, theirs) = (new LeaseBook(ledger.Source, new Clock()), new LeaseBook(ledger.Source, new Clock()));
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
    public async Task Each_sweep_has_its_own_place()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var silo = await ledger.JoinAsync();
        var (mine, theirs) = (new LeaseBook(ledger.Source, new Clock()), new LeaseBook(ledger.Source, new Clock()));
        var far = await ledger.Launch.LaunchAsync(Sample.Sweep(9));
        var near = await ledger.Launch.LaunchAsync(Sample.Sweep(9));
        for (var i = 0; i < 5; i++) await mine.ClaimAsync(silo, 1, Sample.Lease, far);
        await mine.ClaimAsync(silo, 1, Sample.Lease, near);
        var others = (await theirs.ClaimAsync(silo, 3, Sample.Lease, near)).Select(c => c.Lease).ToList(); // 1, 2, 3
        foreach (var lease in others) await ledger.Results.EndAsync(lease, Progress.None, new Ending.Released());

        // Between the places of both: a place that were the other's would leave these out, or claim what is done in the other.
        Assert.Equal((near, 1L), await NextAsync(preferred: near, other: far));
        Assert.Equal((far, 5L), await NextAsync(preferred: far, other: near));
        Assert.Equal((near, 2L), await NextAsync(preferred: near, other: far));

        async Task<(SweepId, long)> NextAsync(SweepId preferred, SweepId other)
        {
            var claim = Assert.Single(await mine.ClaimAsync(silo, 1, Sample.Lease, shares: new Dictionary<SweepId, double> { [other] = 9, [preferred] = 1 }));
            return (claim.Sweep, claim.Ordinal);
        }
    }

    [Fact]
    public void A_claim_that_began_before_it_was_told_to_look_again_moves_nothing()
    {
        var clock = new Clock();
        var frontier = new Frontier(clock);
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

        // Nor does it bring back what was forgotten because it is old.
        begun = frontier.Begin();
        clock.Passed = Frontier.Lifetime + TimeSpan.FromTicks(1);
        Assert.Empty(frontier.Begin().Places);
        frontier.Advance(begun, [At(sweep, 1, 4)]);
        Assert.Empty(frontier.Begin().Places);
    }

    [Fact]
    public async Task A_silo_looks_again_at_the_sweep_of_which_it_hears_that_there_is_work()
    {
        using var sweeps = new ProgramSweeps();
        await using var ledger = await TestServer.NewLedgerAsync();
        // Its only slot is taken, so it claims nothing and forgets for no other reason.
        var events = Channel.CreateUnbounded<SiloEvent>();
        using var stop = new CancellationTokenSource();
        var silo = sweeps.Silo(ledger, await sweeps.LaunchAsync(ledger, "while :; do sleep 0.02; done"), events, slots: 1).RunAsync(stop.Token);
        await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is TrialStarted);
        var (sweep, elsewhere) = (await ledger.Launch.LaunchAsync(Sample.Sweep(1)), SweepId.New());

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var frontier = ledger.Leases.Frontier;
        IReadOnlyDictionary<SweepId, (int, long)> places;
        do
        {
            frontier.Advance(frontier.Begin(), [At(sweep, 0, 7), At(elsewhere, 0, 8)]);
            await ledger.Control.ResumeAsync(sweep, patience.Token); // announces
            while ((places = frontier.Begin().Places).ContainsKey(sweep)) await Task.Delay(5, patience.Token);
        }
        while (!places.ContainsKey(elsewhere)); // all of them: it began to listen just now, or they were ten seconds old

        Assert.DoesNotContain(sweep, places.Keys);
        await stop.CancelAsync();
        await silo;
    }

    private static async Task<Claim> ClaimAsync(Ledger ledger, LeaseBook book) => Assert.Single(await book.ClaimAsync(await ledger.JoinAsync(), 1, Sample.Lease));

    private static Claim At(SweepId sweep, int replicate, long ordinal) => new(new Lease(new TrialId(1), SiloId.New(), 1), sweep, ordinal, replicate, "{}");
}
