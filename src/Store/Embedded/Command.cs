using System.Diagnostics;

namespace SweepCluster.Store.Embedded;

/// <summary>Runs one program to its end; arguments are passed as they are, no shell is involved.</summary>
internal static class Command
{
    internal readonly record struct Answer(int ExitCode, string Output);

    /// <param name="user">Run as this user instead of root; null runs as the caller.</param>
    internal static Answer Run(string program, IEnumerable<string> arguments, ServerUser? user = null, string? input = null)
    {
        var start = new ProcessStartInfo
        {
            FileName = user is null ? program : "setpriv",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The caller's folder may be closed to the other user, and a server must not hold it open.
            WorkingDirectory = "/",
        };
        if (user is not null)
        {
            foreach (var word in (string[])[$"--reuid={user.Name}", $"--regid={user.Group}", "--init-groups", "--", program])
                start.ArgumentList.Add(word);
        }
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        // libpq's own variables would redirect the tools to somebody else's server.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            if (input is not null) process.StandardInput.Write(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Answer(process.ExitCode, (output + error.GetAwaiter().GetResult()).Trim());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new Answer(127, $"{start.FileName}: {e.Message}");
        }
    }

    internal static Answer Run(string program, params string[] arguments) => Run(program, arguments.AsEnumerable());
}
