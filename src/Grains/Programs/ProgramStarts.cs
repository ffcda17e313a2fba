using System.Globalization;
using SweepCluster.Contracts;
using SweepCluster.Programs.Owning;
using SweepCluster.Store.Leases;

namespace SweepCluster.Grains.Programs;

/// <summary>From a trial to the start of its program: placeholders filled, environment complete.</summary>
public static class ProgramStarts
{
    internal static ProgramStart Of(ProgramHost host, ProgramSpecification program, ProgramPlace place, Claim claim, ulong seed)
    {
        var trial = new Dictionary<string, string>
        {
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["trial"] = claim.Lease.Trial.ToString(),
            ["ordinal"] = claim.Ordinal.ToString(CultureInfo.InvariantCulture),
            ["replicate"] = claim.Replicate.ToString(CultureInfo.InvariantCulture),
            ["checkpoint"] = place.Checkpoint,
            ["scratch"] = place.Scratch,
            ["configuration"] = place.Configuration,
            ["cores"] = program.Cores.ToString(CultureInfo.InvariantCulture),
        };
        var fill = Filling(program, trial);

        var variables = trial.Where(entry => entry.Key != "configuration").ToDictionary(entry => "SWEEP_" + entry.Key.ToUpperInvariant(), entry => entry.Value);
        variables["SWEEP_CONFIGURATION"] = program.SettingsJson();
        variables["SWEEP_CONFIGURATION_FILE"] = place.Configuration;
        variables[ProgramEnvironment.Mark] = place.Mark;
        var command = program.Command.Select(fill).ToList();
        // Where PATH= is allowed too, the file's own must not make an allowed program of another.
        if (!host.AllowsAny) command[0] = ProgramHost.Locate(command[0], program.Directory) ?? command[0];
        return new ProgramStart(
            command, program.Directory,
            ProgramEnvironment.Of(Environment.GetEnvironmentVariable, program.Environment.ToDictionary(entry => entry.Key, entry => fill(entry.Value)), variables, program.Cores),
            place.Mark)
        {
            Timeout = program.Timeout,
            Memory = program.Memory,
            Grace = host.Grace,
        };
    }

    /// <summary>The command of a configuration, as far as it is known before there is a trial: what only a trial has stays in its braces.</summary>
    public static IReadOnlyList<string> Preview(ProgramSpecification program, ulong seed)
    {
        var trial = Placeholders.OfTrial.ToDictionary(name => name, name => $"{{{name}}}");
        trial["seed"] = seed.ToString(CultureInfo.InvariantCulture);
        trial["cores"] = program.Cores.ToString(CultureInfo.InvariantCulture);
        return [.. program.Command.Select(Filling(program, trial))];
    }

    private static Func<string, string> Filling(ProgramSpecification program, Dictionary<string, string> trial)
    {
        var settings = program.Settings.ToDictionary(setting => setting.Key, setting => setting.Value.ToString()!);
        return template => Placeholders.Fill(template, name => trial.GetValueOrDefault(name) ?? settings.GetValueOrDefault(name));
    }
}
