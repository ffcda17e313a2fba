using System.Collections.Concurrent;
using System.Diagnostics;
using SweepCluster.Store;

namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>A real silo: <c>sweep silo</c> in a process of its own, with one slot and a short lease.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    /// <param name="within">Words before its command: <c>ip netns exec NAME</c>.</param>
    public SiloProcess(string url, string[]? within = null, IReadOnlyDictionary<string, string>? environment = null, int slots = 1, int lease = 3, string? allow = null)
    {
        string[] words =
        [
            .. within ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, "sweep.dll"), "silo", "--store", url, "--slots", $"{slots}",
            "--lease", $"{lease}", "--checkpoint", "0.1", .. allow is null ? Array.Empty<string>() : ["--allow-command", allow],
        ];
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardInput = true };
        // Many small processes on few cores: no threads and no heaps per core, no second compilation.
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_TieredPGO", "0"), ("DOTNET_GCHeapAffinitizeMask", "1")])
            start.Environment[name] = value;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    public SiloProcess(StoreAddress address, int lease = 3) : this(address.ToString(), lease: lease)
    {
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>All it wrote to standard error.</summary>
    public string Said => string.Join('\n', _said);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGSTOP: it is there and does nothing.</summary>
    public void Freeze() => Shell.Signal("STOP", Id);

    public void Thaw() => Shell.Signal("CONT", Id);

    /// <summary>SIGTERM: it gives its trial back and ends.</summary>
    public TimeSpan Terminate()
    {
        var asked = Stopwatch.StartNew();
        Shell.Signal("TERM", Id);
        _process.WaitForExit();
        return asked.Elapsed;
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
