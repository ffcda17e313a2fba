using System.CommandLine;
using SweepCluster.Grains.Programs;

namespace SweepCluster.Client;

/// <summary>The option --allow-command: who operates a silo says which programs it may start for others' sweeps.</summary>
internal static class AllowCommandOption
{
    public static Option<string[]> Create() => new("--allow-command")
    {
        Description = $"A program that trials may be trained by (trainer.command), by name or path, or a variable of their environment as NAME=; give it several times, or '{ProgramHost.Any}'. They run as you do [default: none]",
        HelpName = "PROGRAM",
        DefaultValueFactory = _ => [],
    };

    /// <returns>Null where none is allowed.</returns>
    public static ProgramHost? ToHost(IReadOnlyList<string> allowed) => allowed.Count == 0 ? null : new ProgramHost(allowed);
}
