using System.Diagnostics;
using Npgsql;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>A PostgreSQL that keeps its word across a crash, to be stopped, killed and started again by a test.</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly PostgresBinaries _binaries = PostgresBinaries.Find(PrivatePostgresOptions.FromEnvironment());
    private readonly string _folder;
    private readonly string[] _within;
    private readonly string _settings;
    private readonly Process _janitor;

    /// <param name="folder">Where its data goes; by default a new folder.</param>
    /// <param name="within">Words before its command: <c>ip netns exec NAME</c>.</param>
    public PostgresServer(string? folder = null, string[]? within = null, string listen = "", string settings = "")
    {
        _folder = folder ?? Directory.CreateTempSubdirectory("sweep-cluster-tests-").FullName;
        _within = within ?? [];
        _settings = $"-k '{_folder}' -c listen_addresses='{listen}' -c max_connections=200 -c shared_buffers=64MB {settings}";
        if (Environment.IsPrivilegedProcess) Shell.Run("chown", "postgres", _folder);
        AsUser(_binaries.Initdb, "-D", Data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--wal-segsize=1");
        if (listen.Length > 0) File.AppendAllText($"{Data}/pg_hba.conf", "host all all samenet trust\n");
        // The shell's input ends when this process does, however it ends.
        _janitor = Process.Start(new ProcessStartInfo("sh", ["-c", "trap '' INT TERM; read _; kill -9 $(head -1 \"$0/data/postmaster.pid\") 2>/dev/null; sleep 1; rm -rf \"$0\"", _folder]) { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" })!;
        Start();
    }

    private string Data => Path.Combine(_folder, "data");

    public string Log => File.ReadAllText($"{_folder}/log");

    public StoreAddress AddressOf(string database) =>
        StoreAddress.From(new NpgsqlConnectionStringBuilder { Host = _folder, Database = database, Username = "tester" });

    public StoreAddress NewDatabase()
    {
        var name = "chaos" + Guid.NewGuid().ToString("N")[..8];
        using var connection = new NpgsqlConnection(AddressOf("postgres").ConnectionString);
        connection.Open();
        using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        create.ExecuteNonQuery();
        return AddressOf(name);
    }

    public void Start() => AsUser(_binaries.PgCtl, "start", "-w", "-s", "-D", Data, "-l", $"{_folder}/log", "-o", _settings);

    /// <summary>As an administrator does: connections are ended, everything is written down.</summary>
    public void Stop() => AsUser(_binaries.PgCtl, "stop", "-w", "-s", "-m", "fast", "-D", Data);

    /// <summary>As a power cut does to a process: at once, with nothing written down.</summary>
    public void Kill()
    {
        if (Pid is not { } postmaster) return;
        int[] all = [postmaster, .. Shell.ChildrenOf(postmaster)];
        // The children of a killed server end by themselves, so some are gone already.
        Shell.Try("sh", ["-c", "kill -KILL \"$@\"", "sh", .. all.Select(p => $"{p}")]);
        var waited = Stopwatch.StartNew();
        while (all.Any(p => Directory.Exists($"/proc/{p}")) && waited.Elapsed < TimeSpan.FromSeconds(20)) Thread.Yield();
    }

    /// <summary>As a machine that stands still: connections stay, and nobody answers.</summary>
    public void Freeze() => SignalAll("STOP");

    public void Thaw() => SignalAll("CONT");

    public bool IsRunning => Pid is { } pid && Directory.Exists($"/proc/{pid}");

    public void Dispose()
    {
        Kill();
        _janitor.StandardInput.Close();
        _janitor.WaitForExit();
        _janitor.Dispose();
    }

    private int? Pid => File.Exists($"{Data}/postmaster.pid") ? int.Parse(File.ReadLines($"{Data}/postmaster.pid").First()) : null;

    private void SignalAll(string signal)
    {
        var postmaster = Pid!.Value;
        // One that ends by itself in between is not missed.
        Shell.Try("sh", ["-c", "kill \"$@\"", "sh", $"-{signal}", $"{postmaster}", .. Shell.ChildrenOf(postmaster).Select(p => $"{p}")]);
    }

    private void AsUser(string program, params string[] arguments)
    {
        string[] user = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : [];
        string[] words = [.. _within, .. user, program, .. arguments];
        Shell.Run(words[0], words[1..]);
    }
}
