using System.Globalization;
using System.Text;

namespace SweepCluster.Programs.Owning;

/// <summary>
/// Sees to it that no program outlives this process, not even after SIGKILL: a tiny process of its own session waits for the end of a
/// pipe (<c>keeper.sh</c>). A parent-death signal would not do: it follows the thread that started the program, and no grandchild inherits it.
/// </summary>
public sealed class Keeper : IDisposable
{
    private const string Shell = "/bin/sh";
    private static readonly string Script = ReadScript();

    private readonly Lock _gate = new();
    private readonly TimeSpan _grace;
    private readonly Dictionary<string, int?> _held = []; // each program's mark and, once it runs, its group
    private int _pipe = -1;

    /// <param name="folder">Under it each program has a folder named by its mark.</param>
    /// <param name="grace">Between SIGTERM and SIGKILL.</param>
    public Keeper(string folder, TimeSpan grace) => (Folder, _grace) = (folder, grace);

    public string Folder { get; }

    /// <summary>Before the program is started: from now on its mark is looked for.</summary>
    /// <exception cref="IOException">The keeper cannot be started.</exception>
    internal void Hold(string mark)
    {
        lock (_gate)
        {
            _held[mark] = null;
            if (_pipe >= 0 && Say($"hold {mark}")) return;
            // The first, or another in the place of one that somebody killed: it must know of all that run.
            Begin();
            if (!_held.Keys.All(held => Say($"hold {held}"))) throw new IOException($"the keeper of programs ({Shell}) ended as soon as it was started");
            foreach (var (held, group) in _held) Group(held, group);
        }
    }

    /// <param name="group">Whose leader the program is.</param>
    internal void Know(string mark, int group)
    {
        lock (_gate)
        {
            _held[mark] = group;
            Group(mark, group);
        }
    }

    /// <summary>The program and all it left behind are gone.</summary>
    internal void Drop(string mark)
    {
        lock (_gate)
        {
            _held.Remove(mark);
            Say($"drop {mark}");
        }
    }

    /// <summary>It ends with its pipe; programs still running it ends first.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Posix.Close(_pipe);
            _pipe = -1;
        }
    }

    private void Begin()
    {
        Posix.Close(_pipe);
        var (read, write) = Posix.Pipe();
        Posix.Blocking(read);
        var (_, problem) = Spawn.Start(
            Shell, ["-c", Script, "sweep-keeper", Folder, Math.Ceiling(_grace.TotalSeconds).ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, "/", read, -1, -1);
        Posix.Close(read);
        _pipe = write;
        if (problem is not null) throw new IOException($"the keeper of programs ({Shell}) cannot be started: {problem}");
    }

    private void Group(string mark, int? group)
    {
        if (group is { } known) Say($"group {mark} {known.ToString(CultureInfo.InvariantCulture)}");
    }

    // A pipe takes short lines whole.
    private bool Say(string line) => Posix.Write(_pipe, Encoding.ASCII.GetBytes(line + "\n"));

    private static string ReadScript()
    {
        using var stream = typeof(Keeper).Assembly.GetManifestResourceStream("SweepCluster.Programs.keeper.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
