using Npgsql;

namespace SweepCluster.Store.Tests;

/// <summary>Stores that cannot be used: one sentence each, that says what to do.</summary>
public sealed class AvailabilityTests
{
    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_left_alone()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using (var ledger = await Ledger.OpenAsync(address))
            await ledger.AskAsync<object>("insert into ledger.migrations values ('9999_FromTheFuture', '99.0'); update ledger.compatibility set floor = '9999_FromTheFuture'");
        var error = await Assert.ThrowsAsync<StoreNewerException>(() => Ledger.OpenAsync(address));
        Assert.Matches("made by a newer version of sweep .*9999_FromTheFuture.*: update this program$", error.Message);
    }

    [Fact]
    public async Task A_store_of_an_older_version_is_brought_up_with_its_data()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using (var old = await Ledger.OpenAsync(address))
        {
            await old.Launch.LaunchAsync(Sample.Sweep(3));
            await old.AskAsync<object>("drop index ledger.trials_pending; create index trials_pending on ledger.trials (sweep, id) where state = 'Pending'; delete from ledger.migrations where \"MigrationId\" = '0003_ClaimOrder'");
        }
        await using var ledger = await Ledger.OpenAsync(address);
        Assert.Contains("replicate", await ledger.AskAsync<string>("select indexdef from pg_indexes where indexname = 'trials_pending'"));
        Assert.Equal(3, (await ledger.Leases.ClaimAsync(await ledger.JoinAsync(), 5, Sample.Lease)).Count);
    }

    [Fact]
    public async Task Many_programs_that_open_an_empty_database_at_once_migrate_it_once()
    {
        var address = await TestServer.NewDatabaseAsync();
        var ledgers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Ledger.OpenAsync(address))));
        Assert.Equal(Migrations.Schema.Known.Length, await ledgers[0].AskAsync<long>("select count(*) from ledger.migrations"));
        foreach (var ledger in ledgers) await ledger.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_sentence()
    {
        var error = await Assert.ThrowsAsync<StoreUnreachableException>(() => Ledger.OpenAsync(StoreAddress.Parse("postgresql://ann:secret@127.0.0.1:1/sweeps")));
        Assert.Matches("^no PostgreSQL answers at postgresql://ann@127.0.0.1:1/sweeps .*check that it runs", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var connection = new NpgsqlConnectionStringBuilder((await TestServer.NewDatabaseAsync()).ConnectionString) { Database = "nowhere" };
        var error = await Assert.ThrowsAsync<StoreUnreachableException>(() => Ledger.OpenAsync(StoreAddress.From(connection)));
        Assert.Contains("createdb", error.Message);
    }

    [Fact]
    public async Task A_role_without_rights_is_told_which_it_needs()
    {
        var connection = new NpgsqlConnectionStringBuilder((await TestServer.NewDatabaseAsync()).ConnectionString);
        await ExecuteAsync(connection, "create role visitor login; revoke all on schema public from public");
        connection.Username = "visitor";
        var error = await Assert.ThrowsAsync<StoreRightsException>(() => Ledger.OpenAsync(StoreAddress.From(connection)));
        Assert.Matches("may not do this .*grant it CREATE on the database", error.Message);
    }

    [Fact]
    public async Task The_reader_may_read_every_view_and_nothing_else()
    {
        var connection = new NpgsqlConnectionStringBuilder((await TestServer.NewDatabaseAsync()).ConnectionString);
        await ExecuteAsync(connection, "do $$ begin create role sweep_reader login; exception when duplicate_object then null; end $$");
        await using var ledger = await Ledger.OpenAsync(StoreAddress.From(connection));
        var reader = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Username = "sweep_reader" };
        foreach (var view in (string[])["sweeps", "trials", "losses", "attempts", "snapshots", "silos", "fits"]) await ExecuteAsync(reader, $"select count(*) from {view}");
        foreach (var refused in (string[])["select * from ledger.trials", "update trials set state = 'Failed'", "insert into ledger.silos select", "create table public.mine ()"])
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(reader, refused));
            Assert.Contains(error.SqlState, (string[])[PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.ObjectNotInPrerequisiteState, PostgresErrorCodes.SyntaxError]);
        }
    }

    [Fact]
    public async Task A_statement_that_failed_while_it_was_prepared_is_asked_again()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await ledger.AskAsync<object>(
            """
            create table moods (good boolean); insert into moods values (true);
            create function mood() returns text immutable language plpgsql as $$ begin if (select good from moods) then return 'good'; end if; raise 'bad'; end $$
            """);
        // The driver prepares it the second time; the server finds the constant, or why there is none, when it plans.
        const string question = "select mood()";
        Assert.Equal("good", await ledger.AskAsync<string>(question));
        await ledger.AskAsync<object>("update moods set good = false");
        await Assert.ThrowsAsync<PostgresException>(() => ledger.AskAsync<string>(question));
        await ledger.AskAsync<object>("update moods set good = true");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => ledger.AskAsync<string>(question));
        Assert.True(StoreFailures.IsPassing(error), error.ToString());
        Assert.Contains("try again", StoreFailures.Explain(error, ledger.Address)!.Message);
        Assert.Equal("good", await ledger.AskAsync<string>(question));
    }

    private static async Task ExecuteAsync(NpgsqlConnectionStringBuilder at, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(at.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
