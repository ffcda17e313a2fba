using SweepCluster.Cluster.Tests;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Orleans.Tests;

/// <summary>While silos come and go Orleans may have two activations of a grain. The ledger knows one owner.</summary>
public class DuplicateActivationTests
{
    [Fact]
    public async Task Of_two_activations_of_a_trial_only_the_one_with_the_lease_leaves_a_result()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        await using var stale = new OrleansEngine(ledger);
        await using var owner = new OrleansEngine(ledger);
        var (first, second) = (await ledger.JoinAsync(stale), await ledger.JoinAsync(owner));
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Tiny(1, epochs: 300));
        var old = Assert.Single(await ledger.Leases.ClaimAsync(first, 1, Sample.Lease));
        await ledger.RunOutAsync(old.Lease);
        Assert.Equal(1, await ledger.Leases.RescueAsync(TimeSpan.Zero));
        var current = Assert.Single(await ledger.Leases.ClaimAsync(second, 1, Sample.Lease));

        var ends = await Task.WhenAll(
            stale.HostAsync(await ledger.GrainAsync(old), _ => { }, CancellationToken.None),
            owner.HostAsync(await ledger.GrainAsync(current), _ => { }, CancellationToken.None));

        Assert.Equal([null, TrialState.Completed], ends.Select(end => end.State));
        Assert.Equal("1 Expired, 2 Completed", await ledger.AskAsync<string>("select string_agg(term || ' ' || outcome, ', ' order by term) from attempts"));
        Assert.Equal(300, await ledger.AskAsync<long>("select count(*) from losses"));
        await ledger.EndedAsync(sweep);
    }
}
