using SweepCluster.Programs.Owning;

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

    /// <param name="allowed">Programs by name, as the silo's PATH finds them, or by path; or <see cref="Any"/>.</param>
    public ProgramHost(params IReadOnlyList<string> allowed)
    {
        _allowed = allowed;
        _keeper = new(() => new Keeper(Directory.CreateTempSubdirectory("sweep-programs-").FullName, Grace));
    }

    /// <summary>Between SIGTERM and SIGKILL. Default 2 s: a silo told to stop is gone in less than 5 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    internal Keeper Keeper => _keeper.Value;

    /// <summary>Whether this silo may start a program of that name or path.</summary>
    public bool Allows(string program) =>
        _allowed.Contains(Any) || _allowed.Any(allowed => allowed == program || allowed == Locate(program) || Locate(allowed) == Locate(program));

    /// <summary>What a trial's program is started as: where only some are allowed, those that this silo's own PATH finds, whatever the sweep file says of PATH.</summary>
    internal string Locate(string program) =>
        ProgramFile.Find(program, Environment.GetEnvironmentVariable("PATH") ?? "", Environment.CurrentDirectory).File ?? program;

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
