using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SweepCluster.Client.Tests.Running;

/// <summary>The real program, run as a person runs it: arguments in, exit code and two streams out.</summary>
internal sealed class SweepProgram
{
    // A test that hangs should say so; nothing here takes more than a few seconds on a machine that is not overloaded.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Seen)> _waiting = [];
    private readonly TaskCompletionSource _outputEnd = new();
    private readonly TaskCompletionSource _errorEnd = new();

    private SweepProgram(Process process) => _process = process;

    public static SweepProgram Start(string home, string folder, string[] arguments, params (string Name, string Value)[] environment) =>
        StartOf(Path.Combine(AppContext.BaseDirectory, "sweep.dll"), home, folder, arguments, environment);

    /// <param name="program">sweep.dll, of this build or of another.</param>
    public static SweepProgram StartOf(string program, string home, string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        // A shell that runs the tests in the background has them ignore SIGINT, and so would the program.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["SWEEP_HOME"] = home;
        foreach (var inherited in new[] { "SWEEP_STORE", "SWEEP_COMMAND", "SWEEP_TRACE" })
            start.Environment.Remove(inherited);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var started = new SweepProgram(new Process { StartInfo = start });
        started.Listen();
        return started;
    }

    public static Task<Result> RunAsync(string home, string folder, params string[] arguments) => Start(home, folder, arguments).EndAsync();

    /// <summary>The first line, on either stream, that is what the test waits for.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted)
    {
        TaskCompletionSource<string> seen;
        lock (_waiting)
        {
            if ((_output.ToString() + _error).Split('\n').FirstOrDefault(wanted) is { } line)
                return line;
            seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, seen));
        }
        if (await Task.WhenAny(seen.Task, _process.WaitForExitAsync()).WaitAsync(Patience) != seen.Task && !seen.Task.IsCompleted)
            throw new InvalidOperationException($"the program ended first: {await EndAsync()}");
        return await seen.Task;
    }

    public void Signal(PosixSignal signal) => Assert.Equal(0, Kill(_process.Id, signal switch
    {
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    }));

    public void Kill() => _process.Kill();

    public async Task<Result> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
            await Task.WhenAll(_outputEnd.Task, _errorEnd.Task).WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"sweep {string.Join(' ', _process.StartInfo.ArgumentList.Skip(1))} did not end; it said: {_output}{_error}", e);
        }
        return new Result(_process.ExitCode, _output.ToString(), _error.ToString());
    }

    private void Listen()
    {
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data, _outputEnd);
        _process.ErrorDataReceived += (_, line) => Take(_error, line.Data, _errorEnd);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(StringBuilder text, string? line, TaskCompletionSource end)
    {
        if (line is null)
        {
            end.TrySetResult();
            return;
        }
        lock (_waiting)
        {
            text.Append(line).Append('\n');
            foreach (var (_, seen) in _waiting.Where(waiting => waiting.Wanted(line)))
                seen.TrySetResult(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

internal sealed record Result(int Code, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
