using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep pause SWEEP: nothing more is claimed from it.</summary>
internal static class PauseCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("pause", "Have silos give a sweep's trials back after their epoch and start no more of it", "sweep pause 7k3m") { sweep, store, json };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            if (found.FinishedAt is not null)
                throw new UserMistake($"{found.Name} ({found.Id}) has ended already: {found.State}");
            await session.Ledger.Control.PauseAsync(found.Id, cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(new { Sweep = found.Id.Value, found.Name, Trials = found.Trials - found.Completed - found.Failed });
            await Console.Error.WriteLineAsync($"sweep: paused {found.Name} ({found.Id}); go on with `{CommandName.Text} resume {found.Id}`");
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
