using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>Silos on machines that somebody else would like to have.</summary>
[Collection(OneSharedServer.Name)]
public sealed class IdleTests(SharedServer server)
{
    [Fact]
    public async Task A_silo_that_had_nothing_to_do_for_so_long_leaves_and_not_before_its_trials_are_done()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(3));

        var result = await server.RunAsync(server.Url(database), "silo", "--slots", "1", "--idle", "0.2");

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("nothing to do for 0.2 s, so it leaves", result.Error);
        Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from trials where state = 'Completed'"));
        Assert.Equal("Stopped", await ledger.AskAsync<string>("select state from silos"));
        await ledger.EndedAsync(sweep);
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused()
    {
        var result = await server.RunAsync("postgresql://me@127.0.0.1:1/x", "silo", "--idle", "soon");
        Assert.Equal((2, true), (result.Code, result.Error.Contains("--idle must be a number of seconds, found 'soon'", StringComparison.Ordinal)));
    }
}
