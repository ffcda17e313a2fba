using Npgsql;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>Owner, silo, reader: each does its work under a login of its own, and nothing more.</summary>
[Collection(OneSharedServer.Name)]
public sealed class RolesTests(SharedServer server)
{
    internal const string Sweep = "name: roles\nseed: 7\ndata: {kind: oscillation, points: 100}\nmodel: {stem: 4, hidden: [4]}\ntraining: {epochs: 3, batch: 16}\ngrid: {regularization.l2: [0, 1e-3, 1e-2]}\n";

    [Fact]
    public async Task A_silo_trains_a_sweep_under_its_own_role_and_is_refused_every_change_of_the_schema()
    {
        var database = await ReadyAsync();
        var url = server.Url(database, server.NewLogin("sweep_silo"));
        File.WriteAllText(Path.Combine(server.Folder, "roles.yaml"), Sweep);

        Assert.Equal(0, (await server.RunAsync(url, "launch", "roles.yaml")).Code);
        var silo = server.Start(url, ["silo", "--slots", "1"]);
        await using var ledger = await server.OpenAsync(database);
        await ledger.BecomesAsync("select count(*) = 3 from trials where state = 'Completed'");
        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await silo.EndAsync()).Code);
        Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from fits where row = 0"));

        foreach (var refused in (string[])[
            "create table ledger.mine ()", "create table public.mine ()", "create schema mine", "alter table ledger.trials add column mine text",
            "drop table ledger.losses", "drop view public.losses", "create index on ledger.trials (seconds)", "truncate ledger.losses",
            "delete from ledger.migrations", "update ledger.compatibility set floor = ''", "update orleans.orleansquery set querytext = ''", "create role mine"])
        {
            Assert.Equal((refused, PostgresErrorCodes.InsufficientPrivilege), (refused, await StateAsync(url, refused)));
        }
    }

    [Fact]
    public async Task A_reader_asks_and_changes_nothing()
    {
        var database = await ReadyAsync();
        var url = server.Url(database, server.NewLogin("sweep_reader"));
        File.WriteAllText(Path.Combine(server.Folder, "roles.yaml"), Sweep);

        var asked = await server.RunAsync(url, "query", "--format", "csv", "select count(*) from trials");
        Assert.Equal((0, "count\n0\n", ""), (asked.Code, asked.Output, asked.Error));
        var launched = await server.RunAsync(url, "launch", "roles.yaml");
        Assert.Equal(3, launched.Code);
        Assert.Contains("may not do this", launched.Error);
        foreach (var refused in (string[])["select * from ledger.checkpoints", "delete from ledger.sweeps", "create table public.mine ()"])
            Assert.Equal((refused, PostgresErrorCodes.InsufficientPrivilege), (refused, await StateAsync(url, refused)));
    }

    [Fact]
    public async Task A_check_says_what_each_login_may_do_and_what_is_to_be_done()
    {
        var database = server.NewDatabase();
        var before = await server.RunAsync(server.Url(database), "db", "check");
        Assert.Equal(1, before.Code);
        Assert.Matches("ILL +schema +\\d+ migrations missing.*\n.*→ `sweep db migrate`", before.Output);
        Assert.Matches("ok +encryption +TLSv1", before.Output);

        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "migrate")).Code);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "roles")).Code);
        foreach (var (login, says) in ((string, string)[])[("keeper", "owner"), (server.NewLogin("sweep_silo"), "reads and writes rows"), (server.NewLogin("sweep_reader"), "reads the views")])
        {
            var after = await server.RunAsync(server.Url(database, login), "db", "check");
            Assert.Equal((login, 0), (login, after.Code));
            Assert.Matches($"ok +login +{login}: {says}", after.Output);
        }
    }

    [Fact]
    public async Task An_owner_who_may_not_make_roles_is_told_what_an_administrator_runs()
    {
        using var other = new PostgresServer();
        var address = other.NewDatabase();
        await using (var connection = new NpgsqlConnection(address.ConnectionString))
        {
            await connection.OpenAsync();
            await using var owner = new NpgsqlCommand($"CREATE ROLE plain LOGIN; ALTER DATABASE {connection.Database} OWNER TO plain", connection);
            await owner.ExecuteNonQueryAsync();
        }
        var url = address.ToString().Replace("tester@", "plain@", StringComparison.Ordinal);

        var result = await server.RunAsync(url, "db", "roles");

        Assert.Equal(3, result.Code);
        Assert.Contains("`CREATE ROLE sweep_silo NOLOGIN; CREATE ROLE sweep_reader NOLOGIN;`", result.Error);
    }

    /// <summary>A store, migrated by its owner, with the roles.</summary>
    private async Task<string> ReadyAsync()
    {
        var database = server.NewDatabase();
        var migrated = await server.RunAsync(server.Url(database), "db", "migrate");
        Assert.True(migrated.Code == 0, migrated.Error);
        Assert.Contains("0011_Compatibility", migrated.Output);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "db", "roles")).Code);
        return database;
    }

    private static async Task<string> StateAsync(string url, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(StoreAddress.Parse(url).ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState;
    }
}
