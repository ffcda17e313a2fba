using System.Globalization;

namespace SweepCluster.Programs.Owning;

/// <summary>
/// Whether all processes of a program together stay within their memory; the system's own limit bounds each of them alone. It looks now
/// and then, so a program may be over its limit for that long: a fence for sweeps that would bring a machine down, not one to rely on to the byte.
/// </summary>
/// <param name="mark">Whose processes count; those that are killed when the program ends.</param>
/// <param name="most">Bytes.</param>
internal sealed class MemoryWatch(string mark, int program, long most, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    // Looking takes at most this share of a core, however many processes the machine has.
    private const int RestPerWork = 50;

    private long _looked = time.GetTimestamp();
    private TimeSpan _rest = Period;

    /// <summary>Until it is time to look again.</summary>
    public TimeSpan Left => _rest - time.GetElapsedTime(_looked);

    /// <returns>What they take together, in bytes, where that is too much.</returns>
    public MemoryUse? Look()
    {
        if (Left > TimeSpan.Zero) return null;
        var began = time.GetTimestamp();
        var processes = Strays.Find(mark, program, patient: false);
        var use = new MemoryUse(processes.Sum(Resident), processes.Count, most);
        // Memory that processes share is counted in each. Counting it once takes the kernel a while, and is not needed below the limit.
        if (use.Bytes > most) use = use with { Bytes = processes.Sum(Proportional) };
        _looked = time.GetTimestamp();
        var rest = time.GetElapsedTime(began, _looked) * RestPerWork;
        _rest = rest > Period ? rest : Period;
        return use.Bytes > most ? use : null;
    }

    private static long Resident(int process) =>
        Read(process, "statm") is { } pages && long.TryParse(pages.Split(' ')[1], CultureInfo.InvariantCulture, out var resident) ? resident * Environment.SystemPageSize : 0;

    // "Pss:            1234 kB": each page divided by the number of processes that have it.
    private static long Proportional(int process) =>
        Read(process, "smaps_rollup")?.Split('\n').FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..]
            ? long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 : Resident(process);

    private static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it is gone
        }
    }
}

/// <param name="Bytes">Of all processes together.</param>
/// <param name="Most">Bytes that they may have.</param>
public readonly record struct MemoryUse(long Bytes, int Processes, long Most);
