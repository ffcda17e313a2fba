namespace SweepCluster.Programs.Owning;

/// <summary>One execution of a program, all placeholders filled.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Directory">Its working directory, absolute.</param>
/// <param name="Environment">All of it.</param>
/// <param name="Mark">Random hexadecimal digits; also in its environment.</param>
public sealed record ProgramStart(
    IReadOnlyList<string> Command, string Directory, IReadOnlyDictionary<string, string> Environment, string Mark)
{
    /// <summary>It is ended after so long; null for never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Bytes of memory its processes may have together, and each of them may allocate; null for any.</summary>
    public long? Memory { get; init; }

    /// <summary>Between SIGTERM and SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Null where a signal ended it, or it never started.</param>
/// <param name="Signal">The signal that ended it.</param>
/// <param name="TimedOut">It was ended because it ran too long.</param>
/// <param name="Problem">Why it could not even be started.</param>
/// <param name="Strays">Processes that it left behind, which were killed.</param>
/// <param name="Stray">The name of one of them.</param>
public sealed record ProgramEnd(int? ExitCode, int? Signal, bool TimedOut, string? Problem, int Strays, string? Stray)
{
    private static readonly string[] Names =
        ["", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM"];

    /// <summary>What its processes had when it was ended for having more than it may; null where it was not.</summary>
    public MemoryUse? TooMuch { get; init; }

    public bool IsSuccess => ExitCode == 0 && !TimedOut;

    /// <summary>In words, after "the program": <c>ended with exit code 3</c>.</summary>
    public string Describe(TimeSpan? timeout) =>
        Problem is not null ? $"could not be started: {Problem}"
        : TooMuch is { } use ? $"had {use.Bytes >> 20:N0} MiB of memory in {use.Processes} process{(use.Processes == 1 ? "" : "es")}, expected at most {use.Most >> 20:N0} MiB (trainer.memory), and was ended"
        : TimedOut ? $"ran for longer than its timeout of {timeout?.TotalSeconds:0.###} s and was ended"
        : Signal is { } signal ? $"was killed by signal {signal}{(signal < Names.Length ? $" ({Names[signal]})" : "")}{(signal == Posix.SigKill ? ", as the system does where memory runs out" : "")}"
        : $"ended with exit code {ExitCode}";
}
