using SweepCluster.Cluster.Tests.Machines;
using SweepCluster.Store;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests.Chaos;

/// <summary>Accidents of networks, disks and clocks. They need root, and say so where they are skipped.</summary>
public sealed class MachineTests
{
    [RootFact(Needs.Networks)]
    public async Task A_silo_cut_off_from_the_store_loses_its_trial_to_another_and_comes_back()
    {
        using var hosts = new TwoHosts();
        using var server = new PostgresServer(within: hosts.AtStore, listen: TwoHosts.StoreAddress);
        var specification = Sweeps.Lasting(3, TimeSpan.FromSeconds(2));
        var address = server.NewDatabase();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(specification);
        using var far = new SiloProcess($"postgresql://tester@{TwoHosts.StoreAddress}/{new Npgsql.NpgsqlConnectionStringBuilder(address.ConnectionString).Database}", within: hosts.AtSilo);
        await ledger.BecomesAsync("select count(*) > 0 from losses");

        hosts.Pull();
        await ledger.BecomesAsync("select count(*) > 0 from silos where state = 'Lost'");
        using var near = new SiloProcess(address);
        await ledger.BecomesAsync("select count(*) > 0 from attempts where outcome = 'Expired'");
        hosts.Plug();
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, near.Said + far.Said);
        await ledger.BecomesAsync("select count(*) = 2 from silos where state = 'Running'");
        Assert.False(far.HasExited);
    }

    [RootFact(Needs.Mounts)]
    public async Task A_full_disk_of_the_server_stops_the_sweep_only_until_there_is_room_again()
    {
        using var disk = new SmallDisk(megabytes: 120);
        using var server = new PostgresServer(folder: Directory.CreateDirectory(Path.Combine(disk.Folder, "server")).FullName, settings: "-c max_wal_size=8MB -c min_wal_size=2MB");
        var specification = Sweeps.Lasting(30, TimeSpan.FromMilliseconds(150));
        await using var ledger = await Ledger.OpenAsync(server.NewDatabase());
        var sweep = await ledger.Launch.LaunchAsync(specification);
        using var silo = new SiloProcess(ledger.Address, lease: 15);
        await ledger.BecomesAsync("select count(*) >= 2 from trials where state = 'Completed'");

        disk.Fill();
        for (var i = 0; i < 1200 && !silo.Said.Contains("waits for the store") && !silo.Said.Contains("store is away"); i++) await Task.Delay(50);
        Assert.True(silo.Said.Contains("waits for the store") || silo.Said.Contains("store is away"), silo.Said);
        disk.Free();
        // A server that cannot write its log ends; who owns it starts it again.
        for (var tries = 0; !server.IsRunning && tries < 5; tries++) server.Start();
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, silo.Said);
        Assert.False(silo.HasExited);
    }

    [RootFact(Needs.FakeTime)]
    public async Task A_wall_clock_moved_by_an_hour_in_one_silo_changes_nothing()
    {
        using var server = new PostgresServer();
        var clock = Path.GetTempFileName();
        await File.WriteAllTextAsync(clock, "+0\n");
        var specification = Sweeps.Lasting(16, TimeSpan.FromMilliseconds(300));
        await using var ledger = await Ledger.OpenAsync(server.NewDatabase());
        // The library stands between the process and clock_gettime; its offset is read from the file at each call.
        using var moved = new SiloProcess(ledger.Address.ToString(), lease: 15, environment: new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = RootFactAttribute.FakeTimeLibrary!,
            ["FAKETIME_TIMESTAMP_FILE"] = clock,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        });
        using var right = new SiloProcess(ledger.Address, lease: 15);
        await ledger.BecomesAsync("select count(*) = 2 from silos");
        var sweep = await ledger.Launch.LaunchAsync(specification);
        foreach (var (done, offset) in ((int, string)[])[(1, "+3600"), (2, "-3600"), (3, "+0")])
        {
            await ledger.BecomesAsync($"select count(*) >= {done} from trials t join ledger.silos s on replace(s.id::text, '-', '') = t.silo where t.state = 'Completed' and s.process = {moved.Id}");
            await File.WriteAllTextAsync(clock, offset + "\n");
        }
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, moved.Said + right.Said);
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from attempts where outcome <> 'Completed'"));
        Assert.Equal(2, await ledger.AskAsync<long>("select count(distinct silo) from trials"));
        // The clock did move: the hours before its lines are not all the same.
        Assert.True(moved.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..2]).Distinct().Count() > 1, moved.Said);
        File.Delete(clock);
    }
}
