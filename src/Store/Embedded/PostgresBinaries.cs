namespace SweepCluster.Store.Embedded;

/// <summary>The server's programs on this machine.</summary>
/// <param name="Folder">Holds <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>.</param>
/// <param name="Version">Major version, e.g. 15.</param>
public sealed record PostgresBinaries(string Folder, int Version)
{
    private const string DebianRoot = "/usr/lib/postgresql";

    public string Initdb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>Finds the programs of the wanted major version, or the newest ones if any will do.</summary>
    /// <exception cref="PrivatePostgresException">None are on this machine, or not of that version.</exception>
    public static PostgresBinaries Find(PrivatePostgresOptions options, int? wanted = null)
    {
        // Asked one by one: the usual place comes first, and asking the others costs a process each.
        var found = Candidates(options).Where(IsComplete).Distinct().Select(At).OfType<PostgresBinaries>();
        var match = wanted is null ? found.MaxBy(b => b.Version) : found.FirstOrDefault(b => b.Version == wanted);
        if (match is not null) return match;
        throw new PrivatePostgresException(wanted is not null && found.Any()
            ? $"the store in {options.Home} was made by PostgreSQL {wanted}, found only {string.Join(", ", found.Select(b => b.Version).Distinct().Order())}: " +
              $"install PostgreSQL {wanted} (Debian, Ubuntu: apt-get install postgresql-{wanted}) or name another store with SWEEP_HOME or --store"
            : "PostgreSQL's server programs (postgres, initdb, pg_ctl) are not on this machine: " +
              "install them (Debian, Ubuntu: apt-get install postgresql), or name their folder in SWEEP_POSTGRES, or use a server with --store");
    }

    private static IEnumerable<string> Candidates(PrivatePostgresOptions options)
    {
        if (options.Binaries is { Length: > 0 } named)
        {
            yield return Path.GetFullPath(named);
            yield break;
        }
        if (Directory.Exists(DebianRoot))
        {
            foreach (var version in Directory.EnumerateDirectories(DebianRoot)) yield return Path.Combine(version, "bin");
        }
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }

    private static bool IsComplete(string folder) =>
        File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"));

    private static PostgresBinaries? At(string folder)
    {
        if (folder.StartsWith(DebianRoot + "/", StringComparison.Ordinal) && int.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), out var named))
            return new PostgresBinaries(folder, named);
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; a development build says "18devel".
        var answer = Command.Run(Path.Combine(folder, "postgres"), "--version");
        var words = answer.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var digits = answer.ExitCode == 0 && words.Length > 2 ? new string([.. words[2].TakeWhile(char.IsAsciiDigit)]) : "";
        return int.TryParse(digits, out var version) ? new PostgresBinaries(folder, version) : null;
    }
}
