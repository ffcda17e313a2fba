using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SweepCluster.Client;

/// <summary>The first SIGINT, SIGTERM or SIGHUP asks for a graceful stop through <see cref="Token"/>; the second ends the process there and then.</summary>
internal sealed class Interruption : IDisposable
{
    // timeout(1), Slurm and others send a signal to the process and then to its group: both are one wish.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long _first;

    public Interruption() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, On))];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void On(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0) is not 0 and var first)
        {
            if (Stopwatch.GetElapsedTime(first) > Together) Environment.Exit(ExitCode.Interrupted);
            return;
        }
        // Not in the signal's own thread: what waits for the token may take a while.
        _ = Task.Run(_source.Cancel);
    }
}
