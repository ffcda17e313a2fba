using System.Diagnostics;

namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>Programs of the machine.</summary>
internal static class Shell
{
    public static string Run(string program, params string[] arguments)
    {
        var (code, text) = Try(program, arguments);
        return code == 0 ? text : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {text}");
    }

    public static (int Code, string Text) Try(string program, params string[] arguments)
    {
        var output = Path.GetTempFileName();
        try
        {
            // Into a file: what the program leaves running in the background keeps pipes open.
            using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", output, program, .. arguments]) { UseShellExecute = false, WorkingDirectory = "/" })!;
            process.WaitForExit();
            return (process.ExitCode, File.ReadAllText(output).Trim());
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>The shell's own kill: a bare Debian has no program of that name.</summary>
    public static void Signal(string signal, int process) =>
        Run("sh", ["-c", "kill \"$@\"", "sh", $"-{signal}", $"{process}"]);

    /// <summary>Processes whose parent is this one, from the fourth field of /proc/PID/stat.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Where(name => ParentOf(name!) == $"{parent}").Select(name => int.Parse(name!)),
    ];

    private static string? ParentOf(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1];
        }
        catch (IOException)
        {
            return null; // gone by now
        }
    }
}
