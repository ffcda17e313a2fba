using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests.Sharing;

public sealed class ClaimOrderTests
{
    [Fact]
    public async Task A_higher_priority_is_claimed_first_and_a_changed_one_counts_at_once()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var silo = await ledger.JoinAsync();
        var low = await ledger.Launch.LaunchAsync(Sample.Sweep(4), priority: -1);
        var high = await ledger.Launch.LaunchAsync(Sample.Sweep(4), priority: 7);

        Assert.Equal([high], await ClaimedAsync(ledger, silo, 1));
        await ledger.Control.PrioritizeAsync(low, 8);
        Assert.Equal([low, low, low, low, high, high], await ClaimedAsync(ledger, silo, 6));
    }

    [Fact]
    public async Task Sweeps_of_one_priority_get_equal_parts_of_free_slots()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var silo = await ledger.JoinAsync();
        SweepId[] sweeps = [await ledger.Launch.LaunchAsync(Sample.Sweep(9)), await ledger.Launch.LaunchAsync(Sample.Sweep(9)), await ledger.Launch.LaunchAsync(Sample.Sweep(9))];
        await ledger.Launch.LaunchAsync(Sample.Sweep(9), priority: -1);

        var claimed = await ClaimedAsync(ledger, silo, 9);
        Assert.All(sweeps, s => Assert.Equal(3, claimed.Count(c => c == s)));
    }

    [Fact]
    public async Task The_sweep_that_had_least_of_the_silo_is_next()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var silo = await ledger.JoinAsync();
        var (one, two, three) = (await ledger.Launch.LaunchAsync(Sample.Sweep(9)), await ledger.Launch.LaunchAsync(Sample.Sweep(9)), await ledger.Launch.LaunchAsync(Sample.Sweep(9)));

        async Task<SweepId> NextAsync(double first, double second, double third) => Assert.Single(
            await ledger.Leases.ClaimAsync(silo, 1, Sample.Lease, shares: new Dictionary<SweepId, double> { [one] = first, [two] = second, [three] = third })).Sweep;

        Assert.Equal(two, await NextAsync(5, 1, 9));
        Assert.Equal(one, await NextAsync(0.5, 1, 9));
        Assert.Equal(three, await NextAsync(0.5, 1, 0.2));
    }

    [Fact]
    public async Task Silos_that_know_nothing_yet_begin_with_different_sweeps()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        for (var i = 0; i < 2; i++) await ledger.Launch.LaunchAsync(Sample.Sweep(40));
        var claimed = new List<SweepId>();
        for (var silo = 0; silo < 40; silo++) claimed.AddRange(await ClaimedAsync(ledger, await ledger.JoinAsync(), 1));
        Assert.All(claimed.CountBy(s => s), c => Assert.InRange(c.Value, 5, 35));
        Assert.Equal(2, claimed.Distinct().Count());
    }

    [Fact]
    public async Task Where_one_sweep_has_nothing_left_the_others_get_its_part_with_the_next_claims()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var silo = await ledger.JoinAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(1));
        await ledger.Launch.LaunchAsync(Sample.Sweep(20));
        var all = 0;
        while ((await ClaimedAsync(ledger, silo, 21 - all)).Count is > 0 and var some) all += some;
        Assert.Equal(21, all);
    }

    private static async Task<List<SweepId>> ClaimedAsync(Ledger ledger, SiloId silo, int count) =>
        [.. (await ledger.Leases.ClaimAsync(silo, count, Sample.Lease)).Select(c => c.Sweep).OrderBy(s => s.Value, StringComparer.Ordinal).GroupBy(s => s).OrderByDescending(g => g.Count()).SelectMany(g => g)];
}
