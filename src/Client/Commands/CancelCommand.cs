using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep cancel SWEEP: what is done stays, what is not will not be.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("cancel", "End a sweep; finished trials keep their results", "sweep cancel 7k3m") { sweep, store, json };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            if (found.FinishedAt is not null)
                throw new UserMistake($"{found.Name} ({found.Id}) has ended already: {found.State}");
            var pending = await session.Ledger.Control.CancelAsync(found.Id, cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(new { Sweep = found.Id.Value, found.Name, Trials = pending });
            await Console.Error.WriteLineAsync($"sweep: cancelled {found.Name} ({found.Id}): {Numbers.Count(pending, "pending trial")} ended, running ones end within a second");
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
