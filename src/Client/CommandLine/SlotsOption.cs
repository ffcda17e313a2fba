using System.CommandLine;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Programs;
using SweepCluster.Silo;

namespace SweepCluster.Client;

/// <summary>The option --slots.</summary>
internal static class SlotsOption
{
    private const int Most = 1024;

    public static SiloOptions ToSilo(int? slots, ProgramHost? programs = null)
    {
        var silo = new SiloOptions { Grain = GrainOptions.Default with { Trainers = Trainers.All, Programs = programs } };
        return slots is { } number ? silo with { Slots = number } : silo;
    }

    /// <summary>A trial that takes more slots than there are could never begin.</summary>
    /// <exception cref="UserMistake">It does.</exception>
    public static void Check(Specification specification, int? slots)
    {
        var most = slots ?? new SiloOptions().Slots;
        if (specification.Cores > most)
            throw new UserMistake($"trainer.cores: a trial takes {specification.Cores} slots, and this machine gives {most}; lower it, or raise --slots");
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
