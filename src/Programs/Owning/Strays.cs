using System.Buffers;
using System.Globalization;
using System.Text;

namespace SweepCluster.Programs.Owning;

/// <summary>
/// Processes that a program leaves behind, also outside its process group (setsid, a double fork). They are found by the mark in the
/// environment that they inherited, as Jenkins finds those of a build; who wipes its environment as well as leaving its group is not found.
/// </summary>
internal static class Strays
{
    private const int Rounds = 20;

    // A killed process is dead at once but where the kernel itself is busy for it (a disk that does not answer).
    private const int Patience = 1000;

    // How long a program may take to begin, in milliseconds.
    private const int Exec = 50;

    private const long KernelThread = 0x00200000; // PF_KTHREAD of Linux, in the ninth field of stat

    /// <summary>Kills all there are and what they start meanwhile, and waits until they are dead.</summary>
    /// <param name="program">It has ended, and its end is not taken yet: its number is still its group's, so nobody else is reached.</param>
    /// <param name="byItself">Nobody ended it: what is left of its group was left behind too, and is not only slow to die.</param>
    /// <returns>How many it left behind, with the name of one of them.</returns>
    public static (int Count, string? Name) Kill(string mark, int program, bool byItself)
    {
        var killed = new Dictionary<int, string>();
        for (var round = 0; round < Rounds; round++)
        {
            var found = Find(mark, program, patient: true);
            foreach (var process in found)
            {
                if (Look(process) is { } seen && (byItself || seen.Group != program)) killed.TryAdd(process, seen.Name);
            }
            Posix.Signal(-program, Posix.SigKill);
            if (found.Count == 0) break;
            foreach (var process in found)
            {
                var end = Posix.EndOf(process);
                Posix.Signal(process, Posix.SigKill);
                if (end < 0) continue;
                Posix.Poll([new Posix.PollEntry { Descriptor = end, Events = Posix.PollIn }], Patience);
                Posix.Close(end);
            }
        }
        return (killed.Count, killed.Values.FirstOrDefault());
    }

    /// <param name="patient">Wait for processes that are just being started.</param>
    /// <returns>All living processes that carry the mark, the program's own among them.</returns>
    public static List<int> Find(string mark, int program, bool patient)
    {
        var wanted = Encoding.ASCII.GetBytes($"{ProgramEnvironment.Mark}={mark}");
        var found = new List<int>();
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024); // more environment than a process may have without its arguments
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var process)) continue;
            var length = Environment(process, buffer);
            // Between two programs, in exec, a process has none; whoever is younger than ours may be one of its strays.
            if (length == 0 && patient && process > program)
                SpinWait.SpinUntil(() => (length = Environment(process, buffer)) != 0 || !Executes(process), Exec);
            if (length > 0 && buffer.AsSpan(0, length).IndexOf(wanted) >= 0) found.Add(process);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return found;
    }

    /// <returns>Its bytes; negative for another user's process, and for one that is gone.</returns>
    private static int Environment(int process, byte[] buffer)
    {
        var file = Posix.OpenForReading($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/environ");
        if (file < 0) return -1;
        var length = Posix.Read(file, buffer);
        Posix.Close(file);
        return length;
    }

    /// <summary>Neither dead nor the kernel's own, which have no environment for good.</summary>
    private static bool Executes(int process)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{process}/stat");
            var rest = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return rest[0] is not ("Z" or "X") && (long.Parse(rest[6], CultureInfo.InvariantCulture) & KernelThread) == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // "4711 (name) S parent group ...": the name may hold anything, also a bracket.
    private static (string Name, int Group)? Look(int process)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{process}/stat");
            var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
            return (line[(open + 1)..close], int.Parse(line[(close + 2)..].Split(' ')[2], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
