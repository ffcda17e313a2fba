using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Silo;

/// <summary>Where this process runs, in words that let a later silo see that it is gone.</summary>
internal static class Machine
{
    public static SiloCard Card(SiloId id, SiloOptions options, string engine) => new(
        id, Environment.MachineName, Boot(), Environment.ProcessId, engine, options.Slots, options.Lease);

    public static bool IsGone(int process)
    {
        try
        {
            // "4711 (name) S ...": a killed process whose parent has not asked for its end is a zombie, and does nothing more.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is 'Z' or 'X';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, gone while it was being looked at, or hidden because it is another user's (hidepid, ProtectProc=).
            return !IsKnown(process);
        }
    }

    // Asks the kernel by a signal of number 0, which answers for what /proc hides.
    private static bool IsKnown(int process)
    {
        try
        {
            using var _ = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Process ids mean something only within one start of one machine and one namespace of processes (a container has its own).
    private static string? Boot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + new FileInfo("/proc/self/ns/pid").LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
