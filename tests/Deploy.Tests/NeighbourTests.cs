using System.Diagnostics;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>Silos of several users on one machine.</summary>
[Collection(OneSharedServer.Name)]
public sealed class NeighbourTests(SharedServer server)
{
    [RootFact(Needs.OwnMounts)]
    public async Task A_silo_that_proc_hides_is_not_taken_for_gone()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var first = server.Start(server.Url(database), ["silo", "--slots", "1"]);
        await ledger.BecomesAsync("select count(*) = 1 from trials where state = 'Running'");

        // Without the right to look into others, /proc shows this silo only those with no more rights than it has: as with another user.
        var start = new ProcessStartInfo("unshare", ["-m", "--propagation", "private", "sh", "-ceu",
            "mount -t proc -o hidepid=invisible none /proc; exec setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace \"$@\"", "sh",
            Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet", Path.Combine(AppContext.BaseDirectory, "sweep.dll"), "silo", "--slots", "1"])
        { UseShellExecute = false, RedirectStandardError = true, Environment = { ["SWEEP_STORE"] = server.Url(database) } };
        using var second = Process.Start(start)!;
        var said = second.StandardError.ReadToEndAsync();
        // It looks for neighbours that are gone before it claims.
        await ledger.BecomesAsync("select count(*) = 2 from trials where state = 'Running'");

        Shell.Signal("TERM", second.Id);
        await second.WaitForExitAsync();
        Assert.DoesNotContain("of this machine are gone", await said);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Expired'"));
        first.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await first.EndAsync()).Code);
    }
}
