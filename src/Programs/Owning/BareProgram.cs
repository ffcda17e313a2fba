namespace SweepCluster.Programs.Owning;

/// <summary>A program started with posix_spawn and waited for, and nothing else: what its own time is.</summary>
public static class BareProgram
{
    /// <returns>Its exit code; null where a signal ended it.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int? Run(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string directory)
    {
        var (process, problem) = Spawn.Start(file, arguments, environment, directory, -1, -1, -1);
        return problem is null ? Posix.Reap(process).Code : throw new IOException($"{file}: {problem}");
    }
}
