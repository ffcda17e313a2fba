using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Store.Tests;

public sealed class BurialTests
{
    [Fact]
    public async Task Trials_of_a_buried_silo_are_free_at_once_and_those_of_others_are_not()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.Launch.LaunchAsync(Sample.Sweep(4));
        var (dead, living) = (await JoinAsync(ledger, "boot", 11), await JoinAsync(ledger, "boot", 12));
        var lost = await ledger.ClaimOneAsync(dead);
        var kept = await ledger.ClaimOneAsync(living);

        Assert.Equal(1, await ledger.Silos.BuryAsync([dead]));

        Assert.Equal("Expired", await ledger.AskAsync<string>($"select outcome from attempts where trial = {lost.Trial}"));
        Assert.Equal("Stopped", await ledger.AskAsync<string>($"select state from silos where id = '{dead}'"));
        Assert.Equal(Recording.LeaseLost, await ledger.Results.RecordAsync(lost, Sample.Epochs(1)));
        Assert.Equal(Recording.Recorded, await ledger.Results.RecordAsync(kept, Sample.Epochs(1)));
        Assert.Equal(0, await ledger.Silos.BuryAsync([dead]));
    }

    [Fact]
    public async Task Only_silos_of_the_same_start_of_the_same_machine_that_have_not_left_are_neighbours()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var near = await JoinAsync(ledger, "boot", 11);
        await JoinAsync(ledger, "another boot", 11);
        await JoinAsync(ledger, null, 11);
        await ledger.Silos.LeaveAsync(await JoinAsync(ledger, "boot", 13));
        Assert.Equal([(near, 11)], await ledger.Silos.NeighboursAsync("test", "boot"));
    }

    [Fact]
    public async Task A_silo_that_left_or_is_silent_is_not_running()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (running, left, silent) = (await ledger.JoinAsync(), await ledger.JoinAsync(), await ledger.JoinAsync());
        await ledger.Silos.LeaveAsync(left);
        await ledger.AskAsync<object>($"update ledger.silos set heartbeat_at = now() - interval '1 day' where id = '{silent}'");
        Assert.Equal([running], await ledger.Silos.RunningAsync());
        Assert.Equal("Lost", await ledger.AskAsync<string>($"select state from silos where id = '{silent}'"));
    }

    private static async Task<SiloId> JoinAsync(Ledger ledger, string? boot, int process)
    {
        var silo = SiloId.New();
        await ledger.Silos.JoinAsync(new SiloCard(silo, "test", boot, process, "built-in", 1, Sample.Lease));
        return silo;
    }
}
