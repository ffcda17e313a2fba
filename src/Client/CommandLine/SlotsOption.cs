using System.CommandLine;
using SweepCluster.Grains;
using SweepCluster.Silo;

namespace SweepCluster.Client;

/// <summary>The option --slots.</summary>
internal static class SlotsOption
{
    private const int Most = 1024;

    public static SiloOptions ToSilo(int? slots)
    {
        var silo = new SiloOptions { Grain = GrainOptions.Default with { Trainers = Trainers.All } };
        return slots is { } number ? silo with { Slots = number } : silo;
    }

    public static Option<int?> Create() => new("--slots")
    {
        Description = "Trials trained at a time, one core each [default: the machine's cores]",
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[^1].Value, out var slots) && slots is >= 1 and <= Most)
                return slots;
            result.AddError($"--slots must be a whole number from 1 to {Most}, found '{result.Tokens[^1].Value}'");
            return null;
        },
    };
}
