using System.Diagnostics;
using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Client.Bench;

/// <summary>Seconds of processor time: of this process, of the server with all its processes, of silos started for a measurement.</summary>
internal sealed class CpuMeter
{
    // USER_HZ, in which /proc counts; 100 on every Linux since 2.6.
    private const double TicksPerSecond = 100;

    private readonly int? _postmaster;

    private CpuMeter(int? postmaster) => _postmaster = postmaster;

    /// <summary>Whether the server runs on this machine, where its time can be read.</summary>
    public bool SeesServer => _postmaster is not null;

    public static async Task<CpuMeter> OfAsync(Ledger ledger, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", await ledger.Source.OpenConnectionAsync(cancel));
        await using var connection = command.Connection!;
        var backend = (int)(await command.ExecuteScalarAsync(cancel))!;
        return new CpuMeter(Stat(backend) is { Name: var name, Parent: var parent } && name.StartsWith("postgres", StringComparison.Ordinal) ? parent : null);
    }

    public static double Client
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The server's processes, those that ended among them. Zero where it is elsewhere.</summary>
    public double Server()
    {
        if (_postmaster is not { } postmaster || Stat(postmaster) is not { } own) return 0;
        var processes = Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? Stat(pid) : null);
        return (own.Self + own.Ended + processes.Where(p => p?.Parent == postmaster).Sum(p => p!.Value.Self)) / TicksPerSecond;
    }

    /// <summary>Of a process that this one started, as long as it lives.</summary>
    public static double Of(int process) => (Stat(process)?.Self ?? 0) / TicksPerSecond;

    private static (string Name, int Parent, long Self, long Ended)? Stat(int process)
    {
        try
        {
            // "4711 (name) S parent …": utime, stime, cutime and cstime are the 14th to 17th.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var end = stat.LastIndexOf(')');
            var rest = stat[(end + 2)..].Split(' ');
            return (stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], int.Parse(rest[1]), long.Parse(rest[11]) + long.Parse(rest[12]), long.Parse(rest[13]) + long.Parse(rest[14]));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
