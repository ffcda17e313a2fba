using System.CommandLine;
using SweepCluster.Client.Running;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Commands;

/// <summary>sweep resume SWEEP: goes on where an interrupted or paused sweep stands.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var options = new RunOptionSet();
        var command = new ExampledCommand("resume", "Go on with an interrupted or paused sweep on this machine", "sweep resume 7k3m") { sweep };
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
            return await new SweepRun(session, options.Of(parsed), found.Id, specification, TimeProvider.System).GoAsync(cancel);
        }, cancel));
        return command;
    }
}
