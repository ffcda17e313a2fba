using System.Security.Cryptography;
using System.Text;

namespace SweepCluster.Store.Embedded;

/// <summary>
/// The files of one private cluster and the programs that work on them: initialise, start, stop. Holds no state of its own;
/// whoever calls holds <c>start.lock</c>.
/// </summary>
internal sealed class PrivateCluster
{
    private const string SocketName = ".s.PGSQL.5432";
    private const int LongestSocketPath = 107; // sun_path of Linux, less the closing zero
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(1);

    private readonly string _home;
    private readonly ServerUser? _user;

    internal PrivateCluster(PrivatePostgresOptions options)
    {
        _home = options.Home;
        _user = Environment.IsPrivilegedProcess ? ServerUser.Find() : null;
        var run = Path.Combine(Root, "run");
        SocketFolder = Encoding.UTF8.GetByteCount(run) + SocketName.Length + 1 <= LongestSocketPath
            ? run
            : Path.Combine("/tmp", "sweepcluster-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_home)))[..16]);
        Binaries = PostgresBinaries.Find(options, DataVersion());
    }

    internal PostgresBinaries Binaries { get; }

    internal string SocketFolder { get; }

    /// <summary>The server listens: its socket is there. A crashed server leaves one too, so a connection has the last word.</summary>
    internal bool HasSocket => Exists(Path.Combine(SocketFolder, SocketName));

    internal string Log => Path.Combine(Root, "postgres.log");

    /// <summary>Everything PostgreSQL owns; under root it belongs to the user root stepped down to.</summary>
    private string Root => Path.Combine(_home, "store");

    private string Data => Path.Combine(Root, "data");

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    internal bool IsInitialised => Exists(Path.Combine(Data, "PG_VERSION"));

    /// <summary>Makes the cluster beside its final place and renames it, so a killed initialisation leaves nothing that looks whole.</summary>
    internal void Initialise(PrivateRoles roles)
    {
        OwnFolder(Root);
        var fresh = Path.Combine(Root, "data.new");
        if (Directory.Exists(fresh)) Directory.Delete(fresh, recursive: true);
        Must(Run(Binaries.Initdb, "-D", fresh, "-U", "sweep_superuser", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions", "--no-sync"), "initialise the store");
        Must(Command.Run(Binaries.Postgres, ["--single", "-D", fresh, "-c", "log_min_messages=fatal", "template1"], _user, roles.Sql), "create the roles of the store");
        Write(Path.Combine(fresh, "pg_hba.conf"), PrivateRoles.Access);
        Write(Path.Combine(fresh, "postgresql.auto.conf"), Settings);
        Directory.Move(fresh, Data);
        Must(Command.Run("sync", "-f", Data), "write the store to disk");
    }

    /// <summary>Asks for a start and does not wait: the first successful connection is the sign that it runs.</summary>
    internal void Start()
    {
        OwnFolder(SocketFolder);
        // The pid may by now belong to any other process, and PostgreSQL then refuses to start.
        if (!IsAlive) File.Delete(PidFile);
        var answer = Run(Binaries.PgCtl, "start", "-W", "-s", "-D", Data, "-l", Log, "-o", $"-k '{SocketFolder}'");
        if (answer.ExitCode != 0) CheckReach(SocketFolder);
        Must(answer, "start the store");
    }

    internal async Task StopAsync()
    {
        if (!IsAlive) return;
        // pg_ctl's own wait looks ten times a second, which is longer than the server needs.
        Run(Binaries.PgCtl, "stop", "-s", "-W", "-m", "fast", "-D", Data);
        for (var waited = TimeSpan.Zero; IsAlive && waited < LongestStop; waited += Pause) await Task.Delay(Pause);
        if (!SocketFolder.StartsWith(Root, StringComparison.Ordinal)) Run("rmdir", SocketFolder); // nobody else would
    }

    /// <summary>A postmaster of this cluster lives, ready or still replaying its log.</summary>
    internal bool IsAlive =>
        int.TryParse(Read(PidFile).Split('\n')[0], out var pid) && Read($"/proc/{pid}/cmdline").Contains("postgres", StringComparison.Ordinal);

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

    private int? DataVersion() => int.TryParse(Read(Path.Combine(Data, "PG_VERSION")), out var version) ? version : null;

    /// <summary>Makes the folder one that only the server's user can enter.</summary>
    private void OwnFolder(string folder)
    {
        // In a place that anybody may write to, a link could lead anywhere.
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw new PrivatePostgresException($"{folder} is a link, expected a folder of the store's own: remove it");
        if (Directory.Exists(folder) && File.GetUnixFileMode(folder) == Closed && folder.StartsWith(Root + "/", StringComparison.Ordinal)) return;
        if (_user is null)
        {
            Directory.CreateDirectory(folder, Closed);
            File.SetUnixFileMode(folder, Closed);
            return;
        }
        Must(Command.Run("install", ["-d", "-m", "0700", "-o", _user.Name, "-g", _user.Group, folder]), $"make the folder {folder}");
        CheckReach(folder);
    }

    private void CheckReach(string folder)
    {
        if (_user is not null && Run("test", "-w", folder).ExitCode != 0)
        {
            throw new PrivatePostgresException(
                $"root runs the private PostgreSQL as user '{_user.Name}', who cannot enter {folder}: " +
                "give the folders above it the x permission for others (chmod o+x), or name another place in SWEEP_HOME");
        }
    }

    private static void Write(string file, string text) => File.WriteAllText(file, text);

    private static bool Exists(string file) => File.Exists(file);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (IOException) // not there, or gone while it was read: /proc's files end with their process
        {
            return "";
        }
    }

    private Command.Answer Run(string program, params string[] arguments) => Command.Run(program, arguments, _user);

    private static void Must(Command.Answer answer, string purpose)
    {
        if (answer.ExitCode != 0) throw new PrivatePostgresException($"could not {purpose}: {answer.Output}");
    }
}
