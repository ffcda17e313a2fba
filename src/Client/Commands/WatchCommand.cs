using System.CommandLine;
using SweepCluster.Client.Progress;
using SweepCluster.Client.Watching;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Commands;

/// <summary>sweep watch SWEEP: its progress, live, wherever it trains, until it has ended.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var store = StoreSession.Option();
        var json = new Option<bool>("--json") { Description = "Write events as JSON lines to standard output" };
        var command = new ExampledCommand("watch", "Show a sweep's progress live, wherever it trains, until it has ended", "sweep watch 7k3m --store postgresql://sweep@db/sweeps") { sweep, json, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(sweep), parsed.GetValue(json), cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string word, bool asJson, CancellationToken cancel)
    {
        var found = await SweepWord.FindAsync(session, word, cancel);
        var lines = asJson ? new JsonLines(Console.Out) : null;
        if (found.FinishedAt is null)
        {
            var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
            IProgressView view = lines is not null ? new JsonView(lines)
                : Terminal.CanDraw ? new TerminalView(Console.Error, () => Terminal.Width, Terminal.HasColour)
                : new PlainView(Console.Error);
            using (view) await new SweepWatch(session.Ledger, found.Id, specification, view, TimeProvider.System).FollowAsync(cancel);
        }
        var ended = (await session.Ledger.Sweeps.GetAsync(found.Id, cancel))!;
        lines?.Write("finished", json =>
        {
            json.WriteString("sweep", ended.Id.Value);
            json.WriteString("state", ended.State.ToString());
            json.WriteNumber("completed", ended.Completed);
            json.WriteNumber("failed", ended.Failed);
        });
        await Console.Error.WriteLineAsync($"sweep: {ended.Name} ({ended.Id}) is {ended.State}: {ended.Completed} of {Numbers.Count(ended.Trials, "trial")} completed{(ended.Failed > 0 ? $", {ended.Failed} failed" : "")}");
        return ended.State == SweepState.Completed ? ExitCode.Done : ExitCode.WorkFailed;
    }
}
