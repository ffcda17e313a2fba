using System.CommandLine;
using SweepCluster.Client.Planning;
using SweepCluster.Client.Running;
using SweepCluster.Grains.Programs;

namespace SweepCluster.Client.Commands;

/// <summary>sweep run FILE: launch, train on this machine, report.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = SweepFileArgument.Create();
        var options = new RunOptionSet();
        var command = new ExampledCommand("run", "Train a sweep on this machine and write its report", "sweep run examples/l2.yaml", "sweep run examples/l2.yaml --out report --slots 4") { file };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            // Who runs a sweep file of their own runs what it names.
            var run = options.Of(parsed, ProgramHost.Any);
            if (SweepFileArgument.Read(parsed.GetRequiredValue(file)) is not { } specification)
                return ExitCode.BadInput;
            Trainers.Check(specification);
            SlotsOption.Check(specification, run.Slots);
            if (run.Out is { } folder)
                ReportPlace.Check(folder);
            foreach (var warning in SplitWarnings.Of(specification))
                await Console.Error.WriteLineAsync($"sweep: note: {warning}");
            return await StoreSession.UseAsync(run.Url, async session =>
            {
                var id = await session.Ledger.Launch.LaunchAsync(specification, cancel: cancel);
                await Console.Error.WriteLineAsync($"sweep: {specification.Name} is {id}: {Numbers.Count(specification.TrialCount, "trial")}");
                return await new SweepRun(session, run, id, specification, TimeProvider.System).GoAsync(cancel);
            }, cancel);
        });
        return command;
    }
}
