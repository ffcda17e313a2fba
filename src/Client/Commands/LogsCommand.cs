using System.CommandLine;
using SweepCluster.Programs.Reporting;

namespace SweepCluster.Client.Commands;

/// <summary>sweep logs TRIAL: what a trial's program printed besides its reports.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var trial = TrialWord.Argument();
        var attempt = new Option<int?>("--attempt") { Description = "Attempt whose log to print, from 1 [default: the last that printed something]", HelpName = "N" };
        var store = StoreSession.Option();
        var command = new ExampledCommand("logs", "Print what a trial's program printed besides its reports", "sweep logs 17", "sweep logs my-sweep/3 --attempt 1") { trial, attempt, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await TrialWord.FindAsync(session, parsed.GetRequiredValue(trial), cancel);
            if (await session.Ledger.Trials.LogAsync(found.Id, parsed.GetValue(attempt), cancel) is not { } kept)
                throw new UserMistake($"trial {found.Id} has no log{(parsed.GetValue(attempt) is { } wanted ? $" of attempt {wanted}" : "")}: it is {found.State} after {Numbers.Count(found.Attempts, "attempt")}; "
                    + "only programs (trainer.command) print, and what they report is no log");
            // On a terminal foreign control characters could do harm; a file or a pipe gets what was printed.
            await Console.Out.WriteAsync(Terminal.IsOutput ? TrialLog.Visible(kept.Log.Text) : kept.Log.Text);
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
