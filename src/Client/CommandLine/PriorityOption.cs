using System.CommandLine;

namespace SweepCluster.Client;

/// <summary>How urgent a sweep is among others of its store.</summary>
internal static class PriorityOption
{
    public const string Meaning = "Sweeps of a higher priority are claimed first, those of one priority share the silos evenly";

    public static Option<int> Create() => new("--priority") { Description = $"{Meaning} [default: 0]", HelpName = "N" };
}
