using System.Runtime.InteropServices;
using Npgsql;
using SweepCluster.Deploy.Tests.LaterVersions;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>Builds of three releases on one store: this one, the next, and the one after that (<see cref="LaterProgram"/>).</summary>
[Collection(OneSharedServer.Name)]
public sealed class RollOutTests(SharedServer server, LaterProgram later) : IClassFixture<LaterProgram>
{
    private static readonly string[] OneSlot = ["silo", "--slots", "1", "--lease", "3"];

    private static string This => Path.Combine(AppContext.BaseDirectory, "sweep.dll");

    [Fact]
    public async Task Silos_of_two_versions_train_the_same_sweeps_while_the_store_is_brought_to_the_next()
    {
        var (ledger, owner, login) = await ReadyAsync();
        await using var _ = ledger;
        var endless = await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var old = await JoinedAsync(This, login);
        await ledger.BecomesAsync("select epochs > 0 from trials");

        await MigratesAsync(later.Next, owner, "9998_Next");
        // In mid-trial: it goes on under the lease that it had, renewed since, and records what it trains.
        var epochs = await ledger.AskAsync<int>("select epochs from trials");
        var until = await ledger.AskAsync<DateTime>("select now() + interval '3 s'");
        await ledger.BecomesAsync($"select attempts = 1 and epochs > {epochs} and lease_until > '{until:O}' from trials join ledger.trials l using (id, epochs)");

        // It gives the trial back, the next version goes on from its checkpoint, and this one from that version's.
        var next = await HandedOverAsync(ledger, old, later.Next, login, attempts: 2);
        var again = await HandedOverAsync(ledger, next, This, login, attempts: 3);
        Assert.True(await ledger.AskAsync<bool>("select count(*) = max(epoch) and min(epoch) = 1 from losses"));
        await RunsAsync(This, login, $"cancel {endless}");

        var beside = await JoinedAsync(later.Next, login);
        var specification = Sweeps.Lasting(24, TimeSpan.FromMilliseconds(80));
        var shared = await ledger.Launch.LaunchAsync(specification);
        await ledger.EndedAsync(shared);
        Assert.Equal(Undisturbed.Hashes(specification), (await ledger.Trials.OfSweepAsync(shared)).Select(trial => trial.ThetaSha256));
        Assert.Equal((24L, 2L), (await ledger.AskAsync<long>($"select sum(attempts) from trials where sweep = '{shared}'"), await ledger.AskAsync<long>($"select count(distinct silo) from trials where sweep = '{shared}'")));
        foreach (var silo in (SweepProgram[])[again, beside]) await StoppedAsync(silo);
    }

    [Fact]
    public async Task Clients_of_two_versions_launch_and_read_on_a_store_of_the_next()
    {
        var (ledger, owner, login) = await ReadyAsync();
        await using var _ = ledger;
        await MigratesAsync(later.Next, owner, "9998_Next");
        var reader = server.Url(DatabaseOf(ledger), server.NewLogin("sweep_reader"));
        Write("roles.yaml", RolesTests.Sweep);

        foreach (var program in (string[])[This, later.Next])
        {
            foreach (var command in (string[])["launch roles.yaml", "pause roles", "resume roles"]) await RunsAsync(program, login, command);
            await Task.WhenAll(((string[])["list", "show roles"]).Select(command => RunsAsync(program, login, command)));
            await Task.WhenAll(((string[])["status", "status roles", "export roles --table trials"]).Select(command => RunsAsync(program, reader, command)));
        }

        Assert.Matches("ok +schema +of the next version \\(9998_Next\\)", (await server.RunAsync(reader, "db", "check")).Output);
        // What the next version added is open to both roles without anybody having granted it.
        Assert.True(await ledger.AskAsync<bool>("select has_table_privilege('sweep_silo', 'ledger.notes', 'INSERT') and has_table_privilege('sweep_reader', 'public.notes', 'SELECT')"));
    }

    [Fact]
    public async Task A_sweep_that_says_what_only_the_next_version_knows_waits_for_its_silos()
    {
        var (ledger, owner, login) = await ReadyAsync();
        await using var _ = ledger;
        await MigratesAsync(later.Next, owner, "9998_Next");
        Write("roles.yaml", RolesTests.Sweep);
        Write("noted.yaml", RolesTests.Sweep.Replace("name: roles", "name: noted\nsnapshots: {note: tomorrow}", StringComparison.Ordinal));
        var old = await JoinedAsync(This, login);

        await RunsAsync(later.Next, login, "launch noted.yaml");
        await old.LineAsync(line => line.Contains("waits for silos that understand it", StringComparison.Ordinal) && line.Contains("snapshots.note", StringComparison.Ordinal));
        // Launched by the next version too, but nothing in it is new.
        await RunsAsync(later.Next, login, "launch roles.yaml");
        await ledger.BecomesAsync("select count(*) = 3 from trials where state = 'Completed'");
        Assert.Equal(3, await ledger.AskAsync<long>("select count(*) from trials t join sweeps s on s.id = t.sweep where s.name = 'noted' and t.state = 'Pending'"));
        var shown = await server.RunAsync(login, "show", "noted");
        Assert.Equal(3, shown.Code);
        Assert.Matches("^sweep: sweep .* was launched by another version of sweep .*snapshots\\.note.*: .*update this program\n$", shown.Error);
        await RunsAsync(This, login, "list");

        var next = await JoinedAsync(later.Next, login);
        await ledger.BecomesAsync("select count(*) = 6 from trials where state = 'Completed'");
        foreach (var silo in (SweepProgram[])[old, next]) await StoppedAsync(silo);
    }

    [Fact]
    public async Task A_store_two_versions_ahead_sends_this_one_away_and_a_silo_that_was_at_work()
    {
        var (ledger, owner, login) = await ReadyAsync();
        await using var _ = ledger;
        await MigratesAsync(later.Next, owner, "9998_Next");
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var left = await JoinedAsync(This, login);
        await ledger.BecomesAsync("select epochs > 0 from trials");
        await MigratesAsync(later.AfterNext, owner, "9999_AfterNext");

        Write("roles.yaml", RolesTests.Sweep);
        var reader = server.Url(DatabaseOf(ledger), server.NewLogin("sweep_reader"));
        Task<Result>[] refused =
        [
            left.EndAsync(), .. ((string[])["silo --slots 1", "launch roles.yaml", "status"]).Select(command => server.RunAsync(login, command.Split(' '))),
            .. ((string[])["list", "query values(1)", "reports --urls http://127.0.0.1:0"]).Select(command => server.RunAsync(reader, command.Split(' '))), server.RunAsync(owner, "db", "migrate"),
        ];
        Assert.All(await Task.WhenAll(refused), result =>
        {
            Assert.Equal(3, result.Code);
            Assert.Matches("(?m)^sweep: the store .* was made by a newer version of sweep \\(it has migration 999\\w+, this version knows up to \\w+\\): update this program\n\\z", result.Error);
            Assert.DoesNotContain("   at ", result.Error);
        });
        Assert.Matches("ILL +schema +too new: it has 9999_AfterNext", (await server.RunAsync(login, "db", "check")).Output);

        // What it gave back, the next version trains beside the one after it.
        var next = await JoinedAsync(later.Next, login);
        await ledger.BecomesAsync("select state = 'Running' and attempts = 2 from trials");
        await RunsAsync(later.Next, login, "list");
        await StoppedAsync(next);
    }

    [Fact]
    public async Task A_migration_does_not_make_silos_wait_behind_somebody_s_long_transaction()
    {
        var (ledger, owner, login) = await ReadyAsync();
        await using var _ = ledger;
        await using (var backup = await ledger.Source.OpenConnectionAsync())
        {
            await using var transaction = await backup.BeginTransactionAsync();
            await using (var reading = new NpgsqlCommand("SELECT count(*) FROM ledger.trials", backup)) await reading.ExecuteNonQueryAsync();
            var refused = await server.StartOf(later.Next, owner, "db", "migrate").EndAsync();
            Assert.Equal(3, refused.Code);
            Assert.Matches("^sweep: the store .* is as it was: another session holds a table .* \\(a backup, a long query; .*\\).*: do this again when that has ended\n$", refused.Error);
        }
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from pg_class where relname = 'notes'"));
        await MigratesAsync(later.Next, owner, "9998_Next");
    }

    [Fact]
    public async Task A_silo_of_the_next_version_asks_for_the_migration_that_it_may_not_make()
    {
        var (ledger, _, login) = await ReadyAsync();
        await using var _ = ledger;
        var reader = server.Url(DatabaseOf(ledger), server.NewLogin("sweep_reader"));
        foreach (var early in (Result[])[await server.StartOf(later.Next, login, "silo").EndAsync(), await server.StartOf(later.Next, reader, "list").EndAsync()])
        {
            Assert.Equal(3, early.Code);
            Assert.Contains("run `sweep db migrate` once as the role that owns the database", early.Error);
        }
    }

    /// <summary>A store of this version with its roles.</summary>
    private async Task<(Ledger Ledger, string Owner, string Silo)> ReadyAsync()
    {
        var database = server.NewDatabase();
        await RunsAsync(This, server.Url(database), "db roles");
        return (await Ledger.OpenAsync(server.Superuser(database)), server.Url(database), server.Url(database, server.NewLogin("sweep_silo")));
    }

    private static string DatabaseOf(Ledger ledger) => new NpgsqlConnectionStringBuilder(ledger.Address.ConnectionString).Database!;

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(server.Folder, file), text);

    private async Task RunsAsync(string program, string url, string command)
    {
        var result = await server.StartOf(program, url, command.Split(' ')).EndAsync();
        Assert.True(result.Code == 0, $"{command}: {result}");
    }

    private async Task MigratesAsync(string program, string owner, string migration)
    {
        var result = await server.StartOf(program, owner, "db", "migrate").EndAsync();
        Assert.True((result.Code, result.Output) == (0, $"{migration}\n"), $"{result}");
    }

    private async Task<SweepProgram> JoinedAsync(string program, string url)
    {
        var silo = server.StartOf(program, url, OneSlot);
        await silo.LineAsync(line => line.Contains("joined", StringComparison.Ordinal));
        return silo;
    }

    /// <summary>The one trial goes from a silo that is told to stop to a new one, which trains further than that.</summary>
    private async Task<SweepProgram> HandedOverAsync(Ledger ledger, SweepProgram from, string to, string url, int attempts)
    {
        await StoppedAsync(from);
        var epochs = await ledger.AskAsync<int>("select epochs from trials where state = 'Pending'");
        var silo = await JoinedAsync(to, url);
        await ledger.BecomesAsync($"select attempts = {attempts} and epochs > {epochs} from trials");
        return silo;
    }

    private static async Task StoppedAsync(SweepProgram silo)
    {
        // To the process and to its group, as timeout(1) and batch systems do: still one wish.
        silo.Signal(PosixSignal.SIGTERM);
        silo.Signal(PosixSignal.SIGTERM);
        var result = await silo.EndAsync();
        Assert.True(result.Code == 0, result.Error);
    }
}
