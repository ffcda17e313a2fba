using System.ComponentModel;
using System.Diagnostics;
using SweepCluster.Store;
using SweepCluster.Store.Administration;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Backup;

/// <summary>One of PostgreSQL's own programs, run against a store. It gets the password in its environment.</summary>
internal static class PostgresTool
{
    private const string DebianRoot = "/usr/lib/postgresql";

    /// <exception cref="StoreRightsException">The login does not own the store.</exception>
    /// <exception cref="UserMistake">The program is not on this machine, or says that it cannot do it: its own words.</exception>
    public static async Task RunAsync(string program, StoreAddress address, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Find(program)) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in LibpqEnvironment.Of(address))
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }
        using var process = Started(start, program);
        try
        {
            // Both are read to their end, or a full pipe would stop the program.
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            await said;
            if (process.ExitCode == 0) return;
            var complaint = Redaction.Of((await complained).Trim());
            if (complaint.Contains("permission denied", StringComparison.Ordinal))
                throw new StoreRightsException($"the role of {address} may not do this ({complaint.Split('\n')[0]}): a backup reads every table and a restore makes them, so use the role that owns the database");
            throw new UserMistake($"{program} could not do it: {complaint}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private static Process Started(ProcessStartInfo start, string program)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new UserMistake($"{program} is not on this machine ({e.Message}): install PostgreSQL's client programs (Debian, Ubuntu: apt-get install postgresql-client), or name their folder in SWEEP_POSTGRES");
        }
    }

    // A client of an older version refuses a newer server, so the newest one first; on the PATH is whatever the machine prefers.
    private static string Find(string program)
    {
        if (PrivatePostgresOptions.FromEnvironment().Binaries is { Length: > 0 } named && File.Exists(Path.Combine(named, program))) return Path.Combine(named, program);
        var versions = Directory.Exists(DebianRoot) ? Directory.EnumerateDirectories(DebianRoot) : [];
        return versions.OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin", program)).FirstOrDefault(File.Exists) ?? program;
    }
}
