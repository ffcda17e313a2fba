using SweepCluster.Contracts;
using SweepCluster.Programs.Owning;
using SweepCluster.Programs.Reporting;

namespace SweepCluster.Grains.Programs;

/// <summary>
/// A silo's leave to start programs. Who operates the silo gives it: a sweep file comes from whoever may write to the store, and
/// programs run as the silo's own user.
/// </summary>
public sealed class ProgramHost : IDisposable
{
    /// <summary>What stands for every program.</summary>
    public const string Any = "any";

    private readonly IReadOnlyList<string> _allowed;
    private readonly Lazy<Keeper> _keeper;

    /// <param name="allowed">
    /// Programs by name, as the silo's PATH finds them, or by path; variables that a sweep file may set for them, with an equals sign
    /// (DEVICE=); or <see cref="Any"/>.
    /// </param>
    public ProgramHost(params IReadOnlyList<string> allowed)
    {
        _allowed = allowed;
        _keeper = new(() => new Keeper(Directory.CreateTempSubdirectory("sweep-programs-").FullName, Grace));
    }

    /// <summary>Between SIGTERM and SIGKILL. Default 2 s: a silo told to stop is gone in less than 5 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    internal Keeper Keeper => _keeper.Value;

    /// <summary>
    /// Whether this silo may start a sweep file's program: one of those allowed is the very file that its name means here, and each
    /// variable that the sweep file sets for it is allowed too.
    /// </summary>
    public bool Allows(ProgramSpecification program) =>
        AllowsAny || (Variables(program).All(_allowed.Contains) && Locate(program.Command[0], program.Directory) is { } file && _allowed.Any(allowed => Locate(allowed, Environment.CurrentDirectory) == file));

    /// <summary>What a sweep file wants to have started, as an operator would allow it.</summary>
    public static string Wanted(ProgramSpecification program) => TrialLog.Visible(string.Join(", ", [program.Command[0], .. Variables(program)]));

    // With LD_PRELOAD, PATH, BASH_ENV, PYTHONPATH, NODE_OPTIONS any program is another one; nobody could list all such names.
    private static IEnumerable<string> Variables(ProgramSpecification program) => program.Environment.Keys.Select(name => $"{name}=");

    /// <summary>Whether this silo may load an assembly.</summary>
    public bool AllowsFile(string file) => AllowsAny || _allowed.Any(allowed => Path.GetFullPath(allowed) == file);

    /// <summary>The file that a name means to this silo's own PATH, whatever the sweep file says of PATH; null where there is none.</summary>
    internal static string? Locate(string program, string directory) =>
        ProgramFile.Find(program, Environment.GetEnvironmentVariable("PATH") ?? "", program.Contains('/', StringComparison.Ordinal) ? directory : "/").File;

    internal bool AllowsAny => _allowed.Contains(Any);

    public override string ToString() => _allowed.Count == 0 ? "none" : string.Join(", ", _allowed);

    public void Dispose()
    {
        if (!_keeper.IsValueCreated) return;
        _keeper.Value.Dispose();
        try
        {
            Directory.Delete(_keeper.Value.Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The keeper was quicker.
        }
        catch (IOException)
        {
            // A program that is being killed still writes to it; the keeper clears up.
        }
    }
}
