using System.Diagnostics;
using SweepCluster.Cluster.Tests;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Orleans.Tests;

/// <summary>Silos as processes of their own: `sweep silo --engine orleans`.</summary>
public class ProcessTests
{
    [Fact]
    public async Task A_killed_silo_loses_nothing_and_the_sweep_ends_with_one_result_each()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        using var doomed = Start(address, "orleans");
        using var survivor = Start(address, "orleans");
        await ledger.BecomesAsync("select count(*) = 2 from silos where engine = 'orleans' and state = 'Running'");
        await ledger.BecomesAsync("select count(*) = 2 from orleans.members where status = 3");
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Tiny(12, epochs: 2000));
        await ledger.BecomesAsync("select count(*) >= 2 from trials where state = 'Running'");

        doomed.Kill();
        await ledger.EndedAsync(sweep);

        Assert.Equal(12, await ledger.AskAsync<long>("select count(*) from trials where state = 'Completed'"));
        Assert.Equal(12, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Completed'"));
        Assert.Equal(12 * 2000, await ledger.AskAsync<long>("select count(*) from losses"));
        await StopAsync(survivor);
    }

    [Fact]
    public async Task Silos_of_both_engines_work_on_one_store_and_leave_it_when_they_are_told_to()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        using var one = Start(address, "auto");
        using var other = Start(address, "built-in");
        await ledger.BecomesAsync("select count(*) = 2 from silos where state = 'Running'");
        await ledger.BecomesAsync("select count(*) = 1 from orleans.members where status = 3");
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Tiny(12, epochs: 1500));

        await ledger.EndedAsync(sweep);

        Assert.Equal("built-in, orleans", await ledger.AskAsync<string>(
            "select string_agg(distinct s.engine, ', ' order by s.engine) from attempts a join silos s on s.id = a.silo"));
        Assert.Equal(12, await ledger.AskAsync<long>("select count(*) from attempts"));
        await StopAsync(one);
        await StopAsync(other);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from silos where state = 'Running'"));
    }

    [Fact]
    public async Task A_silo_frozen_until_Orleans_gave_it_up_works_on_when_it_thaws()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        using var frozen = Start(address, "orleans");
        using var witness = Start(address, "orleans");
        await ledger.BecomesAsync("select count(*) = 2 from orleans.members where status = 3");
        Signal(frozen, "STOP");
        await ledger.BecomesAsync("select count(*) = 1 from orleans.members where status = 6");
        Signal(frozen, "CONT");

        // Under a new address: Orleans took the old one for dead.
        await ledger.BecomesAsync("select count(*) = 2 from orleans.members where status = 3");
        Assert.False(frozen.HasExited);
        await ledger.EndedAsync(await ledger.Launch.LaunchAsync(Sweeps.Tiny(12, epochs: 1500)));
        await StopAsync(frozen);
        await StopAsync(witness);
    }

    private static Process Start(StoreAddress address, string engine)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sweep.dll"), "silo", "--store", address.ToString(), "--slots", "1", "--engine", engine])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var silo = Process.Start(start)!;
        silo.BeginErrorReadLine();
        silo.BeginOutputReadLine();
        return silo;
    }

    // SIGTERM: it gives its trials back, says good-bye and ends.
    private static async Task StopAsync(Process silo)
    {
        Signal(silo, "TERM");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await silo.WaitForExitAsync(patience.Token);
    }

    private static void Signal(Process silo, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", silo.Id.ToString()]);
        kill.WaitForExit();
    }
}
