using SweepCluster.Cluster.Tests;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Tests;

namespace SweepCluster.Orleans.Tests;

/// <summary>While silos come and go Orleans may have two activations of a grain. The ledger knows one owner.</summary>
public class DuplicateActivationTests
{
    [Fact]
    public async Task Of_two_activations_of_a_trial_that_train_at_once_only_the_one_with_the_lease_leaves_a_result()
    {
        await using var ledger = await Ledger.OpenAsync(await TestServer.NewDatabaseAsync());
        // A cluster in two halves that know nothing of each other: each has an activation of its own.
        await using var stale = new OrleansEngine(ledger, OrleansEngineOptions.Default with { Cluster = "one half" });
        await using var owner = new OrleansEngine(ledger, OrleansEngineOptions.Default with { Cluster = "other half" });
        var (first, second) = (await ledger.JoinAsync(stale), await ledger.JoinAsync(owner));
        var (here, there) = ((await stale.SiloAsync()).Grains, (await owner.SiloAsync()).Grains);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Tiny(1, epochs: 3000));
        var old = Assert.Single(await ledger.Leases.ClaimAsync(first, 1, Sample.Lease));
        using var begun = new SemaphoreSlim(0);
        using var both = new CancellationTokenSource();
        void Meet(EpochLosses losses)
        {
            if (losses.Epoch != 2) return;
            begun.Release();
            both.Token.WaitHandle.WaitOne();
        }

        var losing = stale.HostAsync(await ledger.GrainAsync(old), Meet, CancellationToken.None);
        await begun.WaitAsync();
        await ledger.RunOutAsync(old.Lease);
        Assert.Equal(1, await ledger.Leases.RescueAsync(TimeSpan.Zero));
        var current = Assert.Single(await ledger.Leases.ClaimAsync(second, 1, Sample.Lease));
        var winning = owner.HostAsync(await ledger.GrainAsync(current), Meet, CancellationToken.None);
        await begun.WaitAsync();
        foreach (var half in new[] { here, there }) Assert.Equal(1, await FirstEpochAsync(half, old.Lease.Trial));
        await both.CancelAsync();

        Assert.Equal([null, TrialState.Completed], (await Task.WhenAll(losing, winning)).Select(end => end.State));
        Assert.Equal("1 Expired, 2 Completed", await ledger.AskAsync<string>("select string_agg(term || ' ' || outcome, ', ' order by term) from attempts"));
        Assert.Equal(3000, await ledger.AskAsync<long>("select count(*) from losses"));
        await ledger.EndedAsync(sweep);
    }

    // Said where the trial trains, and nowhere else.
    private static async Task<int> FirstEpochAsync(IGrainFactory half, TrialId trial)
    {
        while (true)
        {
            await foreach (var word in half.GetGrain<ITrialGrain>(trial.Value).FollowAsync(CancellationToken.None))
            {
                if (word.Epoch > 0) return word.Epoch;
            }
        }
    }
}
