using System.CommandLine;
using System.Text.Json;
using SweepCluster.Client.Planning;
using SweepCluster.Contracts;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Commands;

/// <summary>sweep plan FILE: what a sweep would do and cost, without doing it.</summary>
internal static class PlanCommand
{
    private const int FirstConfigurations = 5;

    public static Command Create()
    {
        var file = SweepFileArgument.Create();
        var slots = SlotsOption.Create();
        var json = JsonOutput.Option();
        var store = StoreSession.Option();
        var command = new ExampledCommand("plan", "Say what a sweep would do, how long it would take here and how much it would keep; trains nothing", "sweep plan examples/l2.yaml") { file, slots, store, json };
        command.SetAction(async (parsed, cancel) =>
        {
            if (SweepFileArgument.Read(parsed.GetRequiredValue(file)) is not { } specification)
                return ExitCode.BadInput;
            Trainers.Check(specification);
            SlotsOption.Check(specification, parsed.GetValue(slots));
            if (specification.HasProgram || specification.Assembly is not null)
            {
                var earlier = await EarlierTrials.FindAsync(specification, parsed.GetValue(store), cancel);
                ProgramPlan.Write(specification, parsed.GetValue(slots) ?? Environment.ProcessorCount, earlier, parsed.GetValue(json));
                return ExitCode.Done;
            }
            var number = parsed.GetValue(slots) ?? Environment.ProcessorCount;
            var calibration = Calibration.Of(specification, Math.Min(number, Environment.ProcessorCount), cancel);
            var amount = Amount.Of(specification);
            // A slot beyond the cores, or beyond the trials, trains nothing sooner.
            var atATime = Math.Min(Math.Min(number, Environment.ProcessorCount), specification.TrialCount);
            var seconds = RunTime.Seconds(calibration.TrainingSeconds + (calibration.SecondsPerPass * amount.Passed), specification.TrialCount, amount.Bytes, atATime);
            var warnings = PlanWarnings.Of(specification, amount, seconds, FreeBytes()).Concat(SplitWarnings.Of(specification)).ToList();
            if (parsed.GetValue(json))
                WriteJson(specification, number, calibration, amount, seconds, warnings);
            else
                Write(Console.Out, specification, number, calibration, amount, seconds, warnings);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(TextWriter output, Specification specification, int slots, Calibration calibration, Amount amount, double seconds, IReadOnlyList<string> warnings)
    {
        int? width = Terminal.IsOutput ? Terminal.Width : null;
        output.WriteLine(specification.Name);
        SpecificationText.Write(output, specification, width);
        output.WriteLine();
        output.WriteLine($"trials:         {specification.TrialCount:N0} = {Numbers.Count(specification.ConfigurationCount, "configuration")} × {Numbers.Count(specification.Replicates, "replicate")}");
        output.WriteLine($"time:           {Numbers.Duration(TimeSpan.FromSeconds(seconds))} on {Numbers.Count(slots, "slot")} of this machine, {Numbers.CoreHours(calibration.TrainingSeconds)} of training; "
            + $"an epoch of the first configuration takes {Numbers.Milliseconds(calibration.SecondsPerEpoch)}");
        output.WriteLine($"rows:           {amount.Losses:N0} losses, {amount.Snapshots:N0} snapshots of θ, {amount.Fits:N0} fits");
        output.WriteLine($"store:          {Numbers.Bytes(amount.Bytes)}");
        output.WriteLine();
        WriteFirst(output, specification, width);
        foreach (var warning in warnings)
            Console.Error.WriteLine($"sweep: note: {warning}");
    }

    internal static void WriteFirst(TextWriter output, Specification specification, int? width)
    {
        if (specification.SweptKeys.ToList() is not { Count: > 0 } keys)
            return;
        var table = new TextTable([new("ordinal", Number: true), .. keys.Select(key => new TextTable.Column(key, Number: true))]);
        for (var ordinal = 0L; ordinal < Math.Min(FirstConfigurations, specification.ConfigurationCount); ordinal++)
            table.Add([$"{ordinal}", .. keys.Select(key => specification.ConfigurationAt(ordinal)[key]?.ToString() ?? "")]);
        table.Write(output, width);
        if (specification.ConfigurationCount > FirstConfigurations)
            output.WriteLine($"the first {FirstConfigurations} of {specification.ConfigurationCount:N0}");
    }

    internal static IEnumerable<JsonElement> First(Specification specification) =>
        Enumerable.Range(0, (int)Math.Min(FirstConfigurations, specification.ConfigurationCount)).Select(ordinal => JsonOutput.Stored(specification.ConfigurationAt(ordinal).ToJson()));

    private static void WriteJson(Specification specification, int slots, Calibration calibration, Amount amount, double seconds, IReadOnlyList<string> warnings) => JsonOutput.Write(new
    {
        specification.Name,
        Specification = JsonOutput.Stored(specification.ToJson()),
        Configurations = specification.ConfigurationCount,
        Trials = specification.TrialCount,
        Slots = slots,
        Seconds = seconds,
        CoreSeconds = calibration.TrainingSeconds,
        SecondsPerEpoch = calibration.SecondsPerEpoch,
        Losses = (long)amount.Losses,
        Snapshots = (long)amount.Snapshots,
        Fits = (long)amount.Fits,
        Bytes = (long)amount.Bytes,
        First = First(specification),
        Warnings = warnings,
    });

    private static double FreeBytes()
    {
        var home = PrivatePostgresOptions.FromEnvironment().Home;
        while (!Directory.Exists(home) && Path.GetDirectoryName(home) is { Length: > 0 } above) home = above;
        return new DriveInfo(home).AvailableFreeSpace;
    }
}
