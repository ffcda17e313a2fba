using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>A store in a file and back, with a sweep under way.</summary>
[Collection(OneSharedServer.Name)]
public sealed class BackupTests(SharedServer server)
{
    [Fact]
    public async Task A_sweep_under_way_is_backed_up_restored_and_finished_to_the_same_bits_while_the_first_one_goes_on()
    {
        var (first, second) = (server.NewDatabase(), server.NewDatabase());
        Assert.Equal(0, (await server.RunAsync(server.Url(first), "db", "roles")).Code);
        await using var ledger = await server.OpenAsync(first);
        var specification = Sweeps.Lasting(4, TimeSpan.FromSeconds(3));
        var sweep = await ledger.Launch.LaunchAsync(specification);
        var silo = server.Start(server.Url(first, server.NewLogin("sweep_silo")), ["silo", "--slots", "1", "--checkpoint", "0.1"]);
        await ledger.BecomesAsync("select exists (select from ledger.checkpoints) and exists (select from trials where state = 'Completed')");

        var backup = await server.RunAsync(server.Url(first), "db", "backup", "--out", "store.backup");
        Assert.True(backup.Code == 0, backup.Error);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Folder, "store.backup")));
        Assert.Empty(Directory.EnumerateFiles(server.Folder, ".store.backup*"));
        var restored = await server.RunAsync(server.Url(second), "db", "restore", "store.backup");
        Assert.True(restored.Code == 0, restored.Error);
        Assert.Contains("1 trial that ran at that moment waits", restored.Error);

        await using var copy = await Ledger.OpenAsync(server.Superuser(second));
        Assert.Equal(0, await copy.AskAsync<long>("select count(*) from trials where state = 'Running'"));
        Assert.Equal("Expired", await copy.AskAsync<string>("select outcome from attempts where outcome <> 'Completed'"));
        Assert.True(await copy.AskAsync<bool>("select exists (select from ledger.checkpoints)"));
        var other = server.Start(server.Url(second, server.NewLogin("sweep_silo")), ["silo", "--slots", "1"]);
        await copy.EndedAsync(sweep);
        await ledger.EndedAsync(sweep);

        await Undisturbed.AssertAsync(ledger, sweep, specification, "the first");
        await Undisturbed.AssertAsync(copy, sweep, specification, "the copy");
        foreach (var process in (SweepProgram[])[silo, other])
        {
            process.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
            Assert.Equal(0, (await process.EndAsync()).Code);
        }
    }

    [Fact]
    public async Task What_cannot_be_backed_up_or_restored_is_said_and_leaves_nothing_half_done()
    {
        var database = server.NewDatabase();
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "migrate")).Code);
        var junk = Path.Combine(server.Folder, "junk.backup");
        await File.WriteAllTextAsync(junk, "not what pg_dump wrote");

        foreach (var (url, arguments, says) in ((string, string[], string)[])[
            (server.Url(database), ["db", "restore", junk], "holds a store already"),
            (server.Url(server.NewDatabase()), ["db", "restore", junk], "pg_restore could not do it"),
            (server.Url(database), ["db", "restore", "nowhere.backup"], "no file"),
            (server.Url(database), ["db", "backup", "--out", "nowhere/x.backup"], "is no directory"),
            (server.Url(database, server.NewLogin("pg_monitor")), ["db", "backup", "--out", "half.backup"], "use the role that owns the database")])
        {
            var result = await server.RunAsync(url, arguments);
            Assert.True(result.Code == (says.StartsWith("use the role", StringComparison.Ordinal) ? 3 : 2), $"{string.Join(' ', arguments)}: {result}");
            Assert.Contains(says, result.Error);
        }
        Assert.Empty(Directory.EnumerateFiles(server.Folder, "*half.backup*"));
    }
}
