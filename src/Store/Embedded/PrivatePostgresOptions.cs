namespace SweepCluster.Store.Embedded;

/// <summary>Where the private PostgreSQL lives and how long to wait for it.</summary>
/// <param name="Home">Folder of the cluster, its locks and its passwords. Default: see <see cref="FromEnvironment"/>.</param>
/// <param name="Binaries">Folder that holds <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>, or null to look for it.</param>
/// <param name="StartTimeout">Longest wait for a start, which may replay a crashed server's log. Default 60 s.</param>
public sealed record PrivatePostgresOptions(string Home, string? Binaries, TimeSpan StartTimeout)
{
    /// <summary>
    /// <c>SWEEP_HOME</c>, else <c>XDG_DATA_HOME/sweepcluster</c>, else <c>~/.local/share/sweepcluster</c>; root, whose home other
    /// users cannot enter, gets <c>/var/lib/sweepcluster</c>. <c>SWEEP_POSTGRES</c> names the folder of the server's programs.
    /// </summary>
    public static PrivatePostgresOptions FromEnvironment() =>
        new(Path.GetFullPath(DefaultHome()), Environment.GetEnvironmentVariable("SWEEP_POSTGRES"), TimeSpan.FromSeconds(60));

    private static string DefaultHome()
    {
        if (Environment.GetEnvironmentVariable("SWEEP_HOME") is { Length: > 0 } home) return home;
        if (Environment.IsPrivilegedProcess) return "/var/lib/sweepcluster";
        if (Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data) return Path.Combine(data, "sweepcluster");
        return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "sweepcluster");
    }
}
