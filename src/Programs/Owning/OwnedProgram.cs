namespace SweepCluster.Programs.Owning;

/// <summary>
/// A program and everything it starts, from its start to the end of the last of its processes. One thread runs it; any other may ask it
/// to stop.
/// </summary>
public sealed class OwnedProgram : IDisposable
{
    private const int Data = 2; // RLIMIT_DATA: what it allocates, not what it reserves, as node and .NET do by the hundred gigabytes
    private const int Core = 4; // RLIMIT_CORE
    private const int MostAfterTheEnd = 16 * 1024 * 1024;

    // Where the kernel cannot tell of a program's end we look for it.
    private const int Look = 10;

    private readonly ProgramStart _start;
    private readonly Keeper _keeper;
    private readonly TimeProvider _time;
    private readonly int _bell = Posix.Bell();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private volatile Stop _asked = Stop.No;
    private Stop _done = Stop.No;
    private long? _terminated;
    private int _process;

    public OwnedProgram(ProgramStart start, Keeper keeper, TimeProvider time) => (_start, _keeper, _time) = (start, keeper, time);

    private enum Stop { No, Terminate, Kill }

    /// <summary>SIGTERM to all of its group, and SIGKILL after the grace period.</summary>
    public void Terminate() => Ask(Stop.Terminate);

    /// <summary>SIGKILL at once.</summary>
    public void Kill() => Ask(Stop.Kill);

    /// <summary>Runs it to its end.</summary>
    /// <param name="output">Hears what it prints, on this thread: a part of its standard output (true) or error.</param>
    /// <param name="quiet">Called on this thread once all that was printed so far has been heard, and each <paramref name="period"/> of silence.</param>
    public ProgramEnd Run(Action<ReadOnlyMemory<byte>, bool> output, Action quiet, TimeSpan period)
    {
        var (file, problem) = ProgramFile.Find(_start.Command[0], _start.Environment.GetValueOrDefault("PATH", ""), _start.Directory);
        if (file is null) return new ProgramEnd(null, null, false, problem, 0, null);
        try
        {
            _keeper.Hold(_start.Mark);
            return Run(file, output, quiet, period);
        }
        finally
        {
            _keeper.Drop(_start.Mark);
        }
    }

    public void Dispose() => Posix.Close(_bell);

    private ProgramEnd Run(string file, Action<ReadOnlyMemory<byte>, bool> output, Action quiet, TimeSpan period)
    {
        var (outputs, errors) = (Posix.Pipe(), Posix.Pipe());
        var ended = -1;
        try
        {
            (_process, var problem) = Spawn.Start(file, [.. _start.Command.Skip(1)], _start.Environment, _start.Directory, -1, outputs.Write, errors.Write);
            Posix.Close(outputs.Write);
            Posix.Close(errors.Write);
            if (problem is not null) return new ProgramEnd(null, null, false, $"trainer.command: {file}: {problem}{Advice(problem)}", 0, null);
            try
            {
                _keeper.Know(_start.Mark, _process);
                Posix.Limit(_process, Core, 0);
                if (_start.Memory is { } memory) Posix.Limit(_process, Data, memory);
                ended = Posix.EndOf(_process);
                return Follow(outputs.Read, errors.Read, ended, output, quiet, period);
            }
            catch
            {
                // Whoever listens has failed, or we have: nothing of it may go on.
                End();
                throw;
            }
        }
        finally
        {
            Posix.Close(outputs.Read);
            Posix.Close(errors.Read);
            Posix.Close(ended);
        }
    }

    private ProgramEnd Follow(int outputs, int errors, int ended, Action<ReadOnlyMemory<byte>, bool> output, Action quiet, TimeSpan period)
    {
        var entries = new Posix.PollEntry[4];
        var began = _time.GetTimestamp();
        var (timedOut, heard) = (false, false);
        var watch = _start.Memory is { } most ? new MemoryWatch(_start.Mark, _process, most, _time) : null;
        MemoryUse? tooMuch = null;
        (bool Output, bool Error) open = (true, true);
        while (true)
        {
            Enter(entries, 0, open.Output ? outputs : -1);
            Enter(entries, 1, open.Error ? errors : -1);
            Enter(entries, 2, ended);
            Enter(entries, 3, _bell);
            Posix.Poll(entries, heard ? 0 : Patience(began, period, watch, ended < 0));
            heard = entries[0].Found != 0 || entries[1].Found != 0;
            if (entries[0].Found != 0) open.Output = Take(outputs, output, true);
            if (entries[1].Found != 0) open.Error = Take(errors, output, false);
            if (entries[3].Found != 0) Posix.Read(_bell, new byte[8]);
            if ((ended < 0 || entries[2].Found != 0) && Posix.HasEnded(_process)) break;
            if (_start.Timeout is { } timeout && !timedOut && _time.GetElapsedTime(began) >= timeout)
            {
                timedOut = true;
                Terminate();
            }
            if (tooMuch is null && watch?.Look() is { } found)
            {
                tooMuch = found;
                Kill();
            }
            Obey();
            if (!heard) quiet();
        }
        var (strays, stray) = Strays.Kill(_start.Mark, _process, byItself: _done == Stop.No);
        var left = MostAfterTheEnd;
        while (open.Output && left > 0 && TakeLeft(outputs, output, true, ref left)) { }
        while (open.Error && left > 0 && TakeLeft(errors, output, false, ref left)) { }
        var (code, signal) = Posix.Reap(_process);
        return new ProgramEnd(code, signal, timedOut, null, strays, stray) { TooMuch = tooMuch };
    }

    // The group first: looking for strays fails where this process may open no more files.
    private void End()
    {
        Posix.Signal(-_process, Posix.SigKill);
        try
        {
            Strays.Kill(_start.Mark, _process, byItself: false);
        }
        finally
        {
            Posix.Reap(_process);
        }
    }

    private void Obey()
    {
        if (_asked == Stop.Terminate && _done == Stop.No)
        {
            _done = Stop.Terminate;
            _terminated = _time.GetTimestamp();
            Posix.Signal(-_process, Posix.SigTerm);
            Posix.Signal(-_process, Posix.SigCont);
        }
        if (_done == Stop.Kill) return;
        if (_asked == Stop.Kill || (_terminated is { } since && _time.GetElapsedTime(since) >= _start.Grace))
        {
            _done = Stop.Kill;
            Posix.Signal(-_process, Posix.SigKill);
        }
    }

    private int Patience(long began, TimeSpan period, MemoryWatch? watch, bool mustLook)
    {
        if (mustLook) return Look;
        var left = period;
        if (_start.Timeout is { } timeout && _asked == Stop.No) left = Least(left, timeout - _time.GetElapsedTime(began));
        if (watch is not null && _done != Stop.Kill) left = Least(left, watch.Left);
        if (_terminated is { } since && _done != Stop.Kill) left = Least(left, _start.Grace - _time.GetElapsedTime(since));
        return (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, 60_000);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Ask(Stop stop)
    {
        if (stop <= _asked) return;
        _asked = stop;
        Posix.Ring(_bell);
    }

    private bool Take(int descriptor, Action<ReadOnlyMemory<byte>, bool> output, bool isOutput)
    {
        var read = Posix.Read(descriptor, _buffer);
        if (read > 0) output(_buffer.AsMemory(0, read), isOutput);
        return read != 0;
    }

    // Everybody who could write more is dead, but for those who hid: so much and no more.
    private bool TakeLeft(int descriptor, Action<ReadOnlyMemory<byte>, bool> output, bool isOutput, ref int left)
    {
        var read = Posix.Read(descriptor, _buffer);
        if (read <= 0) return false;
        output(_buffer.AsMemory(0, read), isOutput);
        left -= read;
        return true;
    }

    private static void Enter(Posix.PollEntry[] entries, int index, int descriptor) =>
        entries[index] = new Posix.PollEntry { Descriptor = descriptor, Events = Posix.PollIn };

    // The file itself is there, it was found.
    private static string Advice(string problem) =>
        problem.Contains("format", StringComparison.OrdinalIgnoreCase) ? "; a script begins with #! and the program that reads it, or that program is named first"
        : problem.Contains("No such file", StringComparison.Ordinal) ? "; the program in its first line, after #!, is not on this machine, or the line ends as Windows ends lines"
        : "";
}
