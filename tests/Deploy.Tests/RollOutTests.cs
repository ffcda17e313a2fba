using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>
/// A store one version ahead of a silo. The next version is played by what it would leave in the store: a table, a column, a wider view
/// and its line in the history; the silo is this build, which then knows one migration less than the store.
/// </summary>
[Collection(OneSharedServer.Name)]
public sealed class RollOutTests(SharedServer server)
{
    private static readonly string[] NextVersion =
    [
        "SET ROLE keeper",
        "ALTER TABLE ledger.trials ADD COLUMN note text",
        "CREATE TABLE ledger.next (trial bigint PRIMARY KEY, note text)",
        "CREATE OR REPLACE VIEW public.silos AS SELECT replace(id::text, '-', '') AS id, host, engine, slots, started_at, heartbeat_at, CASE WHEN stopped_at IS NOT NULL THEN 'Stopped' WHEN heartbeat_at + lease < now() THEN 'Lost' ELSE 'Running' END AS state, lease FROM ledger.silos",
        "INSERT INTO ledger.migrations VALUES ('9998_Next', '10.0.14')",
    ];

    [Fact]
    public async Task Silos_of_the_version_before_go_on_and_start_again_while_the_store_is_of_the_next()
    {
        var (database, url) = await ReadyAsync();
        await using var ledger = await server.OpenAsync(database);
        var specification = Sweeps.Lasting(24, TimeSpan.FromMilliseconds(80));
        var sweep = await ledger.Launch.LaunchAsync(specification);
        var before = server.Start(url, ["silo", "--slots", "1", "--lease", "3"]);
        await ledger.BecomesAsync("select count(*) >= 3 from trials where state = 'Completed'");

        server.Execute(database, NextVersion);
        var ended = await ledger.AskAsync<long>("select count(*) from trials where state = 'Completed'");
        await ledger.BecomesAsync($"select count(*) >= {ended + 3} from trials where state = 'Completed'");
        before.Kill();
        var after = server.Start(url, ["silo", "--slots", "1", "--lease", "3"]);
        await ledger.EndedAsync(sweep);

        after.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        var said = await after.EndAsync();
        Assert.True(said.Code == 0, said.Error);
        await Undisturbed.AssertAsync(ledger, sweep, specification, "roll-out");
        var check = await server.RunAsync(url, "db", "check");
        Assert.Equal(0, check.Code);
        Assert.Matches("ok +schema +of the next version \\(9998_Next\\)", check.Output);
        // What the next version added is there for a silo, without anybody having granted it.
        Assert.True(await ledger.AskAsync<bool>("select has_table_privilege('sweep_silo', 'ledger.next', 'INSERT')"));
    }

    [Fact]
    public async Task A_store_that_has_left_the_version_before_behind_refuses_it()
    {
        var (database, url) = await ReadyAsync();
        server.Execute(database, [.. NextVersion, "UPDATE ledger.compatibility SET floor = '9998_Next'"]);

        var silo = await server.RunAsync(url, "silo");

        Assert.Equal(3, silo.Code);
        Assert.Matches("made by a newer version of sweep .*9998_Next.*: update this program", silo.Error);
    }

    [Fact]
    public async Task A_silo_of_the_next_version_asks_for_the_migration_that_it_may_not_make()
    {
        var (database, url) = await ReadyAsync();
        server.Execute(database, "DROP TABLE ledger.compatibility", "DELETE FROM ledger.migrations WHERE \"MigrationId\" = '0011_Compatibility'");

        var early = await server.RunAsync(url, "silo");
        Assert.Equal(3, early.Code);
        Assert.Contains("run `sweep db migrate` once as the role that owns the database", early.Error);

        var migrated = await server.RunAsync(server.Url(database), "db", "migrate");
        Assert.Equal((0, "0011_Compatibility\n"), (migrated.Code, migrated.Output));
        Assert.Equal(0, (await server.RunAsync(url, "db", "check")).Code);
    }

    private async Task<(string Database, string SiloUrl)> ReadyAsync()
    {
        var database = server.NewDatabase();
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "roles")).Code);
        return (database, server.Url(database, server.NewLogin("sweep_silo")));
    }
}
