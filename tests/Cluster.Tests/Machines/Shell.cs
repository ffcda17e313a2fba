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

    public static void Signal(string signal, int process) => Run("kill", $"-{signal}", $"{process}");
}
