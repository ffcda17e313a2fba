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
    private bool _closed;

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
            if (!Say($"hold {mark}")) BeginAndTell();
        }
    }

    /// <param name="group">Whose leader the program is.</param>
    /// <exception cref="IOException">Somebody killed the keeper, and no other can be started.</exception>
    internal void Know(string mark, int group)
    {
        lock (_gate)
        {
            _held[mark] = group;
            // One that was closed ends what it holds; it is not followed by another.
            if (!_closed && !Group(mark, group)) BeginAndTell();
        }
    }

    /// <summary>The program and all it left behind are gone. A keeper that was killed need not hear it: the next is told of what is held then.</summary>
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
            Close();
            _closed = true;
        }
    }

    // The first, or another in the place of one that somebody killed: it must know of all that run.
    private void BeginAndTell()
    {
        Begin();
        if (!_held.All(held => Say($"hold {held.Key}") && Group(held.Key, held.Value))) throw new IOException($"the keeper of programs ({Shell}) ended as soon as it was started");
    }

    private void Begin()
    {
        Close();
        _closed = false;
        var (read, write) = Posix.Pipe();
        Posix.Blocking(read);
        var (_, problem) = Spawn.Start(
            Shell, ["-c", Script, "sweep-keeper", Folder, Math.Ceiling(_grace.TotalSeconds).ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, "/", read, -1, -1);
        Posix.Close(read);
        _pipe = write;
        if (problem is not null) throw new IOException($"the keeper of programs ({Shell}) cannot be started: {problem}");
    }

    private void Close()
    {
        Posix.Close(_pipe);
        _pipe = -1;
    }

    private bool Group(string mark, int? group) => group is not { } known || Say($"group {mark} {known.ToString(CultureInfo.InvariantCulture)}");

    // A pipe takes short lines whole.
    private bool Say(string line) => _pipe >= 0 && Posix.Write(_pipe, Encoding.ASCII.GetBytes(line + "\n"));

    private static string ReadScript()
    {
        using var stream = typeof(Keeper).Assembly.GetManifestResourceStream("SweepCluster.Programs.keeper.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
