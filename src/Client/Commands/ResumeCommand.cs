using System.CommandLine;
using SweepCluster.Client.Running;
using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;

namespace SweepCluster.Client.Commands;

/// <summary>sweep resume SWEEP: goes on where an interrupted or paused sweep stands.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var options = new RunOptionSet();
        var command = new ExampledCommand("resume", "Go on with an interrupted or paused sweep on this machine", "sweep resume 7k3m") { sweep };
        var allow = AllowCommandOption.Create();
        command.Add(allow);
        options.AddTo(command);
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(options.Of(parsed).Url, async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            if (found.State == SweepState.Cancelled)
                throw new UserMistake($"{found.Name} ({found.Id}) was cancelled; `{CommandName.Text} retry {found.Id}` makes its trials pending again");
            if (found.State == SweepState.Paused)
                await session.Ledger.Control.ResumeAsync(found.Id, cancel);
            var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
            await Console.Error.WriteLineAsync(found.FinishedAt is null
                ? $"sweep: going on with {found.Name} ({found.Id}): {Numbers.Count(found.Trials - found.Completed - found.Failed, "trial")} to do"
                : $"sweep: {found.Name} ({found.Id}) has nothing left to do");
            var run = Options(options, parsed, parsed.GetRequiredValue(allow));
            SlotsOption.Check(specification, run.Slots);
            if ((specification.HasProgram || specification.Assembly is not null) && run.Programs.Count == 0)
                throw new UserMistake($"{found.Name} ({found.Id}) is trained by {(specification.HasProgram ? "a program" : "an assembly")}, and may be another person's: read it (`{CommandName.Text} show {found.Id}`), then allow it with --allow-command");
            return await new SweepRun(session, run, found.Id, specification, TimeProvider.System).GoAsync(cancel);
        }, cancel));
        return command;
    }

    // On this user's private store are this user's sweeps; a shared one holds what anybody wrote there.
    private static RunOptions Options(RunOptionSet options, ParseResult parsed, IReadOnlyList<string> allowed)
    {
        var run = options.Of(parsed, allowed);
        return StoreSession.IsShared(run.Url) ? run : run with { Programs = [ProgramHost.Any] };
    }
}
