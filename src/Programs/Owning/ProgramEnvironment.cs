using System.Globalization;

namespace SweepCluster.Programs.Owning;

/// <summary>
/// What a program finds in its environment: a few variables of the silo's that any program needs, what the sweep file names, and what
/// the trial is. Nothing else: the silo's own environment holds the address of the store with its password.
/// </summary>
public static class ProgramEnvironment
{
    /// <summary>The variable whose value says whose process it is.</summary>
    public const string Mark = "SWEEP_ATTEMPT";

    private static readonly string[] Inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CUDA_VISIBLE_DEVICES"];

    // A trial has its cores and no more: what most numerical libraries ask before they start a thread for each core of the machine.
    private static readonly string[] Threads = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "RAYON_NUM_THREADS", "DOTNET_PROCESSOR_COUNT"];

    /// <param name="own">Looks up a variable of the silo's.</param>
    /// <param name="named">What the sweep file gives; it wins over all but the trial's own variables.</param>
    /// <param name="trial">SWEEP_TRIAL and its like.</param>
    public static IReadOnlyDictionary<string, string> Of(
        Func<string, string?> own, IReadOnlyDictionary<string, string> named, IReadOnlyDictionary<string, string> trial, int cores)
    {
        var environment = new Dictionary<string, string>();
        foreach (var name in Inherited)
        {
            if (own(name) is { Length: > 0 } value) environment[name] = value;
        }
        environment.TryAdd("PATH", "/usr/local/bin:/usr/bin:/bin");
        foreach (var name in Threads) environment[name] = cores.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in named) environment[name] = value;
        foreach (var (name, value) in trial) environment[name] = value;
        return environment;
    }
}
