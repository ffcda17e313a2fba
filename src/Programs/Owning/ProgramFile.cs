namespace SweepCluster.Programs.Owning;

/// <summary>Which file a command's first word means: itself if it has a slash, else the first of that name in the program's PATH.</summary>
public static class ProgramFile
{
    /// <returns>The file with its path, or why there is none.</returns>
    public static (string? File, string? Problem) Find(string name, string path, string directory)
    {
        if (!Directory.Exists(directory)) return (null, $"trainer.directory: no such folder on this silo: {directory}");
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var file = Path.GetFullPath(name, directory);
            return IsProgram(file) ? (file, null)
                : Directory.Exists(file) ? (null, $"trainer.command: {file} is a folder, expected a program")
                : Posix.Exists(file) ? (null, $"trainer.command: {file} may not be executed: make it executable (chmod +x), or name the program that reads it first")
                : (null, $"trainer.command: no such program: {file}");
        }
        foreach (var folder in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var file = Path.Combine(Path.GetFullPath(folder, directory), name);
            if (IsProgram(file)) return (file, null);
        }
        return (null, $"trainer.command: no program '{name}' in the silo's PATH ({path}): install it on this machine, or name it with its path");
    }

    private static bool IsProgram(string file) => Posix.MayExecute(file) && !Directory.Exists(file);
}
