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
        foreach (var command in (string[])["db roles", "db backup --out silo.backup"])
        {
            var owners = await server.RunAsync(url, command.Split(' '));
            Assert.Equal(3, owners.Code);
            Assert.Contains("as the role that owns the database", owners.Error.Replace("use the role", "as the role", StringComparison.Ordinal));
        }
        var silo = server.Start(url, ["silo", "--slots", "1"]);
        await using var ledger = await server.OpenAsync(database);
        await ledger.BecomesAsync("select count(*) = 3 from trials where state = 'Completed'");
        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await silo.EndAsync()).Code);
        Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from fits where row = 0"));

        foreach (var refused in (string[])[
            "create table ledger.mine ()", "create table public.mine ()", "create schema mine", "alter table ledger.trials add column mine text",
            "drop table ledger.losses", "drop view public.losses", "create index on ledger.trials (seconds)", "truncate ledger.losses",
            "delete from ledger.migrations", "update ledger.compatibility set floor = ''", "update orleans.orleansquery set querytext = ''", "create role mine",
            "alter table ledger.trials disable trigger all", "create extension pgcrypto", "select * from pg_authid", "select pg_read_file('PG_VERSION')",
            "copy (select 1) to program 'true'", "set role keeper", "set role sweep_reader"])
        {
            Assert.Equal((refused, PostgresErrorCodes.InsufficientPrivilege), (refused, await StateAsync(url, refused)));
        }
    }

    [Fact]
    public async Task A_reader_reads_everything_that_there_is_and_changes_nothing()
    {
        var database = await ReadyAsync();
        File.WriteAllText(Path.Combine(server.Folder, "roles.yaml"), Sweep);
        var url = server.Url(database, server.NewLogin("sweep_reader"));
        await using var ledger = await server.OpenAsync(database);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "run", "roles.yaml", "--slots", "1", "--out", "roles-own")).Code);
        Assert.Equal(0, (await server.RunAsync(server.Url(database), "launch", "roles.yaml")).Code);
        var (open, done) = (await ledger.AskAsync<string>("select id from sweeps where finished_at is null"), await ledger.AskAsync<string>("select id from sweeps where finished_at is not null"));
        var trial = await ledger.AskAsync<long>($"select min(id) from trials where sweep = '{done}'");

        await Task.WhenAll(((string[])[
            "list", "status", $"status {open}", $"show {done}", $"best {done}", $"diff {done} {open}", $"watch {done}", $"export {done} --table trials", $"export {done} --table fits", $"params {trial} --out reader.npy",
            $"verify {done} --sample 1 --slots 1", $"report {done} --out roles-report", "query select/**/count(*)from/**/losses", "db check", "db migrate"]).Select(async command =>
            {
                var read = await server.RunAsync(url, command.Split(' '));
                Assert.True((read.Code, read.Error.Contains("denied", StringComparison.Ordinal)) == (0, false), $"{command}: {read}");
            }));
        await Task.WhenAll(((string[])[
            "launch roles.yaml", "run roles.yaml", $"resume {open}", $"pause {open}", $"cancel {open}", $"retry {open}", $"priority {open} 3", $"rm {done} --yes", "prune --older-than 1h --yes", "silo --slots 1",
            $"export {done} --out whole.sweep"]).Select(async command =>
            {
                var written = await server.RunAsync(url, command.Split(' '));
                Assert.True(written.Code == 3, $"{command}: {written}");
                Assert.Matches("sweep: the role of postgresql://login.* may not do this \\(permission denied for .*\\): to train, launch and control it needs the role sweep_silo", written.Error);
            }));
        foreach (var refused in (string[])["select * from ledger.checkpoints", "select * from ledger.data_rows", "select * from ledger.data_files", "delete from ledger.sweeps", "create table public.mine ()"])
            Assert.Equal((refused, PostgresErrorCodes.InsufficientPrivilege), (refused, await StateAsync(url, refused)));
    }

    [Fact]
    public async Task The_service_under_a_reader_s_login_shows_everything_and_says_why_it_cannot_launch()
    {
        var database = await ReadyAsync();
        await using var ledger = await server.OpenAsync(database);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(2));
        var service = server.Start(server.Url(database, server.NewLogin("sweep_reader")), ["reports", "--urls", "http://127.0.0.1:0"]);
        using var http = new HttpClient { BaseAddress = new Uri(await service.LineAsync(line => line.StartsWith("http://", StringComparison.Ordinal))) };

        foreach (var page in (string[])["/", $"/sweeps/{sweep}", $"/sweeps/{sweep}/trials", "/api/sweeps", $"/api/sweeps/{sweep}/trials.csv", "/health/ready"])
            Assert.Equal((page, System.Net.HttpStatusCode.OK), (page, (await http.GetAsync(page)).StatusCode));
        using var file = new StringContent(Sweep);
        foreach (var refused in (HttpResponseMessage[])[await http.PostAsync("/api/sweeps", file), await http.PostAsync($"/api/sweeps/{sweep}/cancel", null)])
        {
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("need the role sweep_silo", await refused.Content.ReadAsStringAsync());
        }
        service.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await service.EndAsync()).Code);
    }

    [Fact]
    public async Task A_login_without_any_role_is_told_which_one_it_needs()
    {
        var database = await ReadyAsync();
        var url = server.Url(database, server.NewLogin("pg_monitor"));
        Assert.Matches("ILL +login +login\\w+: may not even read\n +→ .*GRANT sweep_silo TO login", (await server.RunAsync(url, "db", "check")).Output);
        foreach (var command in (string[])["list", "silo", "launch roles.yaml", "reports --urls http://127.0.0.1:0", "db migrate"])
        {
            var refused = await server.RunAsync(url, command.Split(' '));
            Assert.Equal((command, 3), (command, refused.Code));
            Assert.Matches("^sweep: the role of .*(to read sweep_reader|as the role that owns the database).*\n$", refused.Error);
        }
    }

    [Fact]
    public async Task A_database_of_somebody_else_is_said_to_be_that_and_left_as_it_is()
    {
        var taken = server.NewDatabase();
        server.Execute(taken, "CREATE SCHEMA ledger", "CREATE TABLE ledger.accounts (id integer)");
        await RefusedAsync(server.Url(taken), "list", "is not as this program made it (relation \"public.sweeps\" does not exist)");
        var mixed = server.NewDatabase();
        server.Execute(mixed, "SET ROLE keeper", "CREATE VIEW public.trials AS SELECT 1 AS id");
        foreach (var command in (string[])["db migrate", "list"]) await RefusedAsync(server.Url(mixed), command, "is not as this program made it (relation \"trials\" already exists)");
        server.Execute(mixed, "DO $$ BEGIN IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'ledger') THEN RAISE EXCEPTION 'half a store'; END IF; END $$");

        async Task RefusedAsync(string url, string command, string says)
        {
            var refused = await server.RunAsync(url, command.Split(' '));
            Assert.Equal((command, 3), (command, refused.Code));
            Assert.Contains(says, refused.Error);
        }
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
