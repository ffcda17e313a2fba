using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep priority SWEEP N: changes which sweep's trials are claimed first.</summary>
internal static class PriorityCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var priority = new Argument<int>("N") { Description = PriorityOption.Meaning };
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("priority", "Change how urgent a sweep is; running trials go on", "sweep priority 7k3m 10") { sweep, priority, store, json };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            if (found.FinishedAt is not null)
                throw new UserMistake($"{found.Name} ({found.Id}) has ended already: {found.State}");
            await session.Ledger.Control.PrioritizeAsync(found.Id, parsed.GetRequiredValue(priority), cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(new { Sweep = found.Id.Value, found.Name, Trials = found.Trials - found.Completed - found.Failed });
            await Console.Error.WriteLineAsync($"sweep: {found.Name} ({found.Id}) has priority {parsed.GetRequiredValue(priority)} now");
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
