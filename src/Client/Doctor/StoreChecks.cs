using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Doctor;

/// <summary>Whether the store can be had, and whether there is room in it.</summary>
internal static class StoreChecks
{
    private const long LittleSpace = 1L << 30;

    // Leases go by the database's clock alone; this only shows in the times that people compare.
    private static readonly TimeSpan MuchSkew = TimeSpan.FromSeconds(5);

    public static IEnumerable<Finding> OfPrivate(PrivatePostgresOptions options)
    {
        yield return Binaries(options);
        yield return Folder(options.Home);
        yield return Space(options.Home);
    }

    public static async Task<IReadOnlyList<Finding>> OfOpenAsync(StoreSession session, TimeSpan opened, TimeProvider time, CancellationToken cancel)
    {
        await using var command = session.Ledger.Source.CreateCommand(
            "SELECT current_setting('server_version'), clock_timestamp(), (SELECT count(*) FROM sweeps), (SELECT count(*) FROM silos WHERE state = 'Running'), pg_size_pretty(pg_database_size(current_database()))");
        var asked = time.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        var answered = time.GetUtcNow();
        var skew = reader.GetFieldValue<DateTimeOffset>(1) - (asked + ((answered - asked) / 2));
        return
        [
            Finding.Well("store", $"PostgreSQL {reader.GetString(0).Split(' ')[0]} at {session.Ledger.Address}, opened in {Numbers.Duration(opened)}"),
            Finding.Well("holds", $"{Numbers.Count(reader.GetInt64(2), "sweep")}, {reader.GetString(4)}; {Numbers.Count(reader.GetInt64(3), "silo")} running"),
            skew.Duration() < MuchSkew
                ? Finding.Well("clock", $"{Numbers.Duration(skew.Duration())} from the database's")
                : new Finding("clock", Health.Weak, $"{Numbers.Duration(skew.Duration())} {(skew > TimeSpan.Zero ? "behind" : "ahead of")} the database's", "set this machine's clock by NTP; leases use the database's clock and are safe, but times will not compare"),
        ];
    }

    private static Finding Binaries(PrivatePostgresOptions options)
    {
        try
        {
            var binaries = PostgresBinaries.Find(options);
            return Finding.Well("PostgreSQL", $"version {binaries.Version} in {binaries.Folder}");
        }
        catch (PrivatePostgresException e)
        {
            return new Finding("PostgreSQL", Health.Ill, "no server programs", e.Message);
        }
    }

    private static Finding Folder(string home)
    {
        if (!Directory.Exists(home))
            return Finding.Well("data folder", $"{home}, made at the first use");
        try
        {
            var probe = Path.Combine(home, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Finding.Well("data folder", $"{home}, writable");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("data folder", Health.Ill, $"{home}: {e.Message}", "make it yours (chown), or name another folder in SWEEP_HOME");
        }
    }

    private static Finding Space(string home)
    {
        var folder = home;
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder) ?? "/";
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= LittleSpace
            ? Finding.Well("disk", $"{free / (1 << 30):N0} GiB free")
            : new Finding("disk", Health.Weak, $"{free / (1 << 20):N0} MiB free at {folder}", "free some space, or name a folder on another disk in SWEEP_HOME; a snapshot of the notebook's network takes 50 KiB");
    }
}
