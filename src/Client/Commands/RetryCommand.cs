using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep retry SWEEP: failed and cancelled trials from the beginning.</summary>
internal static class RetryCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("retry", "Make a sweep's failed and cancelled trials pending again", "sweep retry 7k3m") { sweep, store, json };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            var trials = await session.Ledger.Control.RetryAsync(found.Id, cancel);
            if (parsed.GetValue(json)) JsonOutput.Write(new { Sweep = found.Id.Value, found.Name, Trials = trials });
            await Console.Error.WriteLineAsync(trials == 0
                ? $"sweep: {found.Name} ({found.Id}) has no failed or cancelled trials"
                : $"sweep: {Numbers.Count(trials, "trial")} of {found.Name} pending again; silos of this store take them up, or train them here with `{CommandName.Text} resume {found.Id}`");
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
