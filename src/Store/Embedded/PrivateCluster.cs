using System.Security.Cryptography;
using System.Text;

namespace SweepCluster.Store.Embedded;

/// <summary>
/// The files of one private cluster and the programs that work on them: initialise, start, stop. Holds no state of its own;
/// whoever calls holds <c>start.lock</c>.
/// </summary>
internal sealed class PrivateCluster
{
    private const int LongestSocketPath = 107; // sun_path of Linux, less the closing zero

    private readonly string _home;
    private readonly string? _user;

    internal PrivateCluster(PrivatePostgresOptions options)
    {
        _home = options.Home;
        // PostgreSQL refuses to run as root, so root steps down.
        _user = Environment.IsPrivilegedProcess ? Unprivileged() : null;
        var run = Path.Combine(Root, "run");
        SocketFolder = Encoding.UTF8.GetByteCount(run) + "/.s.PGSQL.5432".Length <= LongestSocketPath
            ? run
            : Path.Combine("/tmp", "sweepcluster-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_home)))[..16]);
        Binaries = PostgresBinaries.Find(options, DataVersion());
    }

    internal PostgresBinaries Binaries { get; }

    internal string SocketFolder { get; }

    internal string Log => Path.Combine(Root, "postgres.log");

    /// <summary>Everything PostgreSQL owns; under root it belongs to the user root stepped down to.</summary>
    private string Root => Path.Combine(_home, "store");

    private string Data => Path.Combine(Root, "data");

    internal bool IsInitialised => Exists(Path.Combine(Data, "PG_VERSION"));

    /// <summary>Makes the cluster beside its final place and renames it, so a killed initialisation leaves nothing that looks whole.</summary>
    internal void Initialise(PrivateRoles roles)
    {
        OwnFolder(Root);
        var fresh = Path.Combine(Root, "data.new");
        Must(Command.Run("rm", "-rf", fresh), "remove a half-made cluster");
        Must(Run(Binaries.Initdb, "-D", fresh, "-U", "sweep_superuser", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions", "--no-sync"), "initialise the store");
        Must(Command.Run(Binaries.Postgres, ["--single", "-D", fresh, "-c", "log_min_messages=fatal", "template1"], _user, roles.Sql), "create the roles of the store");
        Write(Path.Combine(fresh, "pg_hba.conf"), PrivateRoles.Access);
        Write(Path.Combine(fresh, "postgresql.auto.conf"), Settings);
        Must(Command.Run("mv", fresh, Data), "put the store in its place");
        Must(Command.Run("sync", "-f", Data), "write the store to disk");
    }

    /// <summary>Asks for a start and does not wait: the first successful connection is the sign that it runs.</summary>
    internal void Start()
    {
        OwnFolder(SocketFolder);
        RemoveStalePidFile();
        Must(Run(Binaries.PgCtl, "start", "-W", "-s", "-D", Data, "-l", Log, "-o", $"-k '{SocketFolder}'"), "start the store");
    }

    internal void Stop()
    {
        Run(Binaries.PgCtl, "stop", "-s", "-w", "-m", "fast", "-D", Data);
        if (SocketFolder.StartsWith("/tmp/", StringComparison.Ordinal)) Run("rmdir", SocketFolder); // nobody else would
    }

    /// <summary>A postmaster of this cluster lives, ready or still replaying its log.</summary>
    internal bool IsAlive => Run(Binaries.PgCtl, "status", "-D", Data).ExitCode == 0;

    internal string LastWords() => string.Join(" / ", Read(Log).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));

    // A private store serves one machine: no replication, little memory at rest, errors in a file of its own. fsync stays on.
    private const string Settings =
        """
        listen_addresses = ''
        port = 5432
        max_connections = 200
        shared_buffers = 128MB
        wal_level = minimal
        max_wal_senders = 0
        max_wal_size = 512MB
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_min_messages = warning
        log_line_prefix = '%m [%p] '
        unix_socket_permissions = 0777

        """;

    // The pid may by now belong to any other process, and PostgreSQL then refuses to start.
    private void RemoveStalePidFile()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!int.TryParse(Read(file).Split('\n')[0], out var pid)) return;
        var commandLine = $"/proc/{pid}/cmdline";
        var isPostgres = File.Exists(commandLine) && File.ReadAllText(commandLine).Contains("postgres", StringComparison.Ordinal);
        if (!isPostgres) Must(Command.Run("rm", "-f", file), "remove the pid file of a server that is gone");
    }

    private int? DataVersion() => int.TryParse(Read(Path.Combine(Data, "PG_VERSION")), out var version) ? version : null;

    private void OwnFolder(string folder)
    {
        string[] owner = _user is null ? [] : ["-o", _user, "-g", Command.Group(_user)];
        Must(Command.Run("install", ["-d", "-m", "0700", .. owner, folder]), $"make the folder {folder} one that only its owner can enter");
        if (_user is not null && Run("test", "-w", folder).ExitCode != 0)
        {
            throw new PrivatePostgresException(
                $"root runs the private PostgreSQL as user '{_user}', who cannot enter {folder}: " +
                "give the folders above it the x permission for others (chmod o+x), or name another place in SWEEP_HOME");
        }
    }

    private static void Write(string file, string text) => File.WriteAllText(file, text);

    private static bool Exists(string file) => File.Exists(file);

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "";

    private Command.Answer Run(string program, params string[] arguments) => Command.Run(program, arguments, _user);

    private static void Must(Command.Answer answer, string purpose)
    {
        if (answer.ExitCode != 0) throw new PrivatePostgresException($"could not {purpose}: {answer.Output}");
    }

    private static string Unprivileged() =>
        Command.Run("id", "-u", "postgres").ExitCode == 0 ? "postgres" : "nobody";
}
