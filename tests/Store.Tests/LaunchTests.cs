using SweepCluster.Contracts;

namespace SweepCluster.Store.Tests;

public sealed class LaunchTests
{
    [Fact]
    public async Task A_launch_stores_every_trial_of_the_grid()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var specification = Sample.Sweep(3, replicates: 2);
        var sweep = await ledger.Launch.LaunchAsync(specification);

        var trials = await ledger.Trials.OfSweepAsync(sweep);
        Assert.Equal([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)], trials.Select(t => ((int)t.Ordinal, t.Replicate)));
        Assert.All(trials, t => Assert.Equal(specification.ConfigurationAt(t.Ordinal), Configuration.FromJson(t.Configuration)));
        Assert.Equal(specification, await ledger.Sweeps.SpecificationAsync(sweep));
        Assert.Equal((SweepState.Pending, 6L), ((await ledger.Sweeps.GetAsync(sweep))!.State, (await ledger.Sweeps.GetAsync(sweep))!.Trials));
    }

    [Fact]
    public async Task A_launch_that_fails_midway_leaves_nothing()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.AskAsync<object>("alter table ledger.trials add check (ordinal < 5)");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => ledger.Launch.LaunchAsync(Sample.Sweep(8)));
        Assert.Equal(0, await ledger.AskAsync<long>("select (select count(*) from sweeps) + (select count(*) from trials)"));
    }

    [Fact]
    public async Task A_launch_that_is_cancelled_midway_leaves_nothing()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ledger.Launch.LaunchAsync(Sample.Sweep(8), cancel: new CancellationToken(true)));
        Assert.Equal(0, await ledger.AskAsync<long>("select (select count(*) from sweeps) + (select count(*) from trials)"));
    }
}
