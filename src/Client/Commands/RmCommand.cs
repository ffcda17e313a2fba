using System.CommandLine;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep rm SWEEP: gone, with everything that was learnt.</summary>
internal static class RmCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("rm", "Remove a sweep and all its results from the store, for good", "sweep rm 7k3m", "sweep rm 7k3m --yes") { sweep, yes, store, json };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(sweep), parsed.GetValue(yes), parsed.GetValue(json), cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string word, bool yes, bool json, CancellationToken cancel)
    {
        var found = await SweepWord.FindAsync(session, word, cancel);
        if (!yes && !Confirm(found))
        {
            await Console.Error.WriteLineAsync("sweep: nothing was removed");
            return ExitCode.BadInput;
        }
        if (await session.Ledger.Removal.RemoveAsync(found.Id, cancel) is not { } removed)
            throw new UserMistake($"a silo works on {found.Name} ({found.Id}); end it first with `{CommandName.Text} cancel {found.Id}`");
        if (json) JsonOutput.Write(new { Sweep = found.Id.Value, found.Name, Trials = removed.Trials });
        await Console.Error.WriteLineAsync($"sweep: removed {found.Name} ({found.Id}): {Numbers.Count(removed.Trials, "trial")}"
            + (removed.DataSets > 0 ? $" and {Numbers.Count(removed.DataSets, "data set")} that nothing else used" : ""));
        return ExitCode.Done;
    }

    private static bool Confirm(SweepSummary sweep)
    {
        if (Console.IsInputRedirected)
            throw new UserMistake($"this would remove {sweep.Name} ({sweep.Id}) with {Numbers.Count(sweep.Trials, "trial")} for good; add --yes to do it without being asked");
        Console.Error.Write($"sweep: remove {sweep.Name} ({sweep.Id}) with {Numbers.Count(sweep.Trials, "trial")} for good? Type yes: ");
        return Console.In.ReadLine()?.Trim() is "yes" or "y";
    }
}
