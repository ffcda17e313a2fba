using System.Diagnostics;
using Npgsql;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Store.Tests;

/// <summary>
/// One PostgreSQL for all tests of this assembly, over a socket in a folder of its own. It may lose everything on a crash,
/// which makes it fast; a test that needs a database asks for a fresh one.
/// </summary>
internal sealed class TestServer
{
    private static readonly Lazy<Task<TestServer>> Started = new(() => Task.Run(Start));

    private readonly string _folder;
    private readonly PostgresBinaries _binaries;
    private int _databases;
    private Process? _janitor; // held: its pipe would be closed with it

    private TestServer(string folder, PostgresBinaries binaries) => (_folder, _binaries) = (folder, binaries);

    /// <summary>An empty database.</summary>
    public static async Task<StoreAddress> NewDatabaseAsync() => await (await Started.Value).CreateAsync();

    /// <summary>A fresh store, migrated.</summary>
    public static async Task<Ledger> NewLedgerAsync() => await Ledger.OpenAsync(await NewDatabaseAsync());

    private static TestServer Start()
    {
        var folder = Path.Combine(Path.GetTempPath(), "sweep-store-tests-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(folder);
        var server = new TestServer(folder, PostgresBinaries.Find(PrivatePostgresOptions.FromEnvironment()));
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", folder);
        server.AsUser(server._binaries.Initdb, "-D", $"{folder}/data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
        server.CleanUpAfterThisProcess();
        server.AsUser(server._binaries.PgCtl, "start", "-w", "-s", "-D", $"{folder}/data", "-l", $"{folder}/log",
            "-o", $"-k '{folder}' -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=300");
        return server;
    }

    // The shell's input ends when this process does, however it ends.
    private void CleanUpAfterThisProcess()
    {
        string[] shell = ["sh", "-c", "trap '' INT TERM; read _; \"$0\" stop -w -s -m immediate -D \"$1/data\"; rm -rf \"$1\"", _binaries.PgCtl, _folder];
        if (Environment.IsPrivilegedProcess) shell = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", .. shell];
        _janitor = Process.Start(new ProcessStartInfo(shell[0], shell[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" });
    }

    private async Task<StoreAddress> CreateAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(AddressOf("postgres").ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return AddressOf(name);
    }

    private StoreAddress AddressOf(string database) =>
        StoreAddress.From(new NpgsqlConnectionStringBuilder { Host = _folder, Database = database, Username = "tester" });

    private void AsUser(string program, params string[] arguments)
    {
        if (Environment.IsPrivilegedProcess) Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program, .. arguments]);
        else Run(program, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        // pg_ctl's child keeps the pipes open, so wait for the process and not for their end.
        process.WaitForExit(TimeSpan.FromSeconds(60));
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {process.StandardError.ReadToEnd()}");
    }
}
