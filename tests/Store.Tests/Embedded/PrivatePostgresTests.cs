using System.Diagnostics;
using Npgsql;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Store.Tests.Embedded;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string _home = Path.Combine(Path.GetTempPath(), "sweep-private-" + Guid.NewGuid().ToString("N")[..8]);

    private PrivatePostgresOptions Options => PrivatePostgresOptions.FromEnvironment() with { Home = _home };

    public void Dispose()
    {
        if (PostmasterPid() is { } pid && pid != Environment.ProcessId && Directory.Exists($"/proc/{pid}")) Process.GetProcessById(pid).Kill();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task It_starts_answers_and_is_gone_after_its_last_user()
    {
        await using (var postgres = await PrivatePostgres.StartAsync(Options))
        {
            Assert.Equal("sweep_owner", await AskAsync(postgres.Owner, "select current_user::text"));
            Assert.Equal("sweep_reader", await AskAsync(postgres.Reader, "select current_user::text"));
            Assert.NotNull(PostmasterPid());
        }
        Assert.Null(PostmasterPid());
    }

    [Fact]
    public async Task What_was_stored_is_there_at_the_next_start()
    {
        await using (var first = await PrivatePostgres.StartAsync(Options))
            await AskAsync(first.Owner, "create table public.kept as select 'kept' as word; select 'ok'");
        await using var second = await PrivatePostgres.StartAsync(Options);
        Assert.Equal("kept", await AskAsync(second.Owner, "select word from kept"));
    }

    [Fact]
    public async Task Many_users_starting_at_once_share_one_server_and_the_last_one_stops_it()
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => PrivatePostgres.StartAsync(Options))));
        var pids = await Task.WhenAll(users.Select(u => AskAsync(u.Owner, "select pg_postmaster_start_time()::text")));
        Assert.Single(pids.Distinct());
        foreach (var user in users[..^1]) await user.DisposeAsync();
        Assert.Equal("1", await AskAsync(users[^1].Owner, "select '1'"));
        await users[^1].DisposeAsync();
        Assert.Null(PostmasterPid());
    }

    [Fact]
    public async Task A_server_killed_in_the_middle_is_recovered_with_its_data()
    {
        var killed = await PrivatePostgres.StartAsync(Options);
        await AskAsync(killed.Owner, "create table public.kept as select 'kept' as word; select 'ok'");
        using (var postmaster = Process.GetProcessById(PostmasterPid()!.Value))
        {
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
        }
        await using (var next = await PrivatePostgres.StartAsync(Options))
            Assert.Equal("kept", await AskAsync(next.Owner, "select word from kept"));
        await killed.DisposeAsync();
    }

    [Fact]
    public async Task A_pid_file_that_names_somebody_elses_process_does_not_stop_a_start()
    {
        await using (var first = await PrivatePostgres.StartAsync(Options)) Assert.NotNull(PostmasterPid());
        await File.WriteAllTextAsync(PidFile, $"{Environment.ProcessId}\n{_home}/store/data\n0\n5432\n");
        await using var next = await PrivatePostgres.StartAsync(Options);
        Assert.Equal("1", await AskAsync(next.Owner, "select '1'"));
    }

    [Fact]
    public async Task Only_the_owner_can_enter_and_no_port_listens()
    {
        await using var postgres = await PrivatePostgres.StartAsync(Options);
        const UnixFileMode closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(closed, File.GetUnixFileMode(Path.Combine(_home, "store")));
        Assert.Equal(closed, File.GetUnixFileMode(Path.Combine(_home, "store", "data")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_home, "owner.password")));
        Assert.Equal("", await AskAsync(postgres.Owner, "select current_setting('listen_addresses')"));
        Assert.Equal("false", await AskAsync(postgres.Owner, "select bool_or(rolsuper)::text from pg_roles where rolcanlogin and rolname <> 'sweep_superuser'"));
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var postgres = await PrivatePostgres.StartAsync(Options);
        var wrong = new NpgsqlConnectionStringBuilder(postgres.Owner.ConnectionString) { Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task A_half_made_cluster_of_a_killed_first_start_is_made_again()
    {
        Directory.CreateDirectory(Path.Combine(_home, "store", "data.new", "base"));
        await using var postgres = await PrivatePostgres.StartAsync(Options);
        Assert.Equal("1", await AskAsync(postgres.Owner, "select '1'"));
    }

    [Fact]
    public async Task A_very_long_home_gets_its_socket_elsewhere()
    {
        var deep = Options with { Home = Path.Combine(_home, new string('d', 60), new string('e', 60)) };
        // Folders above the home are the user's own; root's helper user must be able to pass.
        Directory.CreateDirectory(Path.GetDirectoryName(deep.Home)!);
        await using var postgres = await PrivatePostgres.StartAsync(deep);
        Assert.StartsWith("/tmp/sweepcluster-", new NpgsqlConnectionStringBuilder(postgres.Owner.ConnectionString).Host);
        Assert.Equal("1", await AskAsync(postgres.Owner, "select '1'"));
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_socket_s_folder_is_not_followed()
    {
        await using (await PrivatePostgres.StartAsync(Options)) { }
        var folder = Path.Combine(_home, "store", "run");
        Directory.Delete(folder);
        File.CreateSymbolicLink(folder, Directory.CreateDirectory(Path.Combine(_home, "elsewhere")).FullName);
        var error = await Assert.ThrowsAsync<PrivatePostgresException>(() => PrivatePostgres.StartAsync(Options));
        Assert.Equal($"{folder} is a link, expected a folder of the store's own: remove it", error.Message);
    }

    [Fact]
    public async Task Missing_programs_are_one_sentence_that_says_what_to_install()
    {
        var error = await Assert.ThrowsAsync<PrivatePostgresException>(() => PrivatePostgres.StartAsync(Options with { Binaries = "/nowhere" }));
        Assert.Contains("apt-get install postgresql", error.Message);
    }

    private string PidFile => Path.Combine(_home, "store", "data", "postmaster.pid");

    private int? PostmasterPid() => File.Exists(PidFile) ? int.Parse(File.ReadAllLines(PidFile)[0]) : null;

    private static async Task<string?> AskAsync(StoreAddress address, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
