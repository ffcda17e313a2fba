using System.CommandLine;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep status [SWEEP]: what is going on right now.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        sweep.Arity = ArgumentArity.ZeroOrOne;
        var store = StoreSession.Option();
        var command = new ExampledCommand("status", "Show which sweeps are open and which silos work on them", "sweep status", "sweep status l2-visual-intuition") { sweep, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            if (parsed.GetValue(sweep) is { } word)
                await WriteSweepAsync(session, await SweepWord.FindAsync(session, word, cancel), cancel);
            else
                await WriteAllAsync(session, cancel);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static async Task WriteSweepAsync(StoreSession session, SweepSummary sweep, CancellationToken cancel)
    {
        var counts = await session.Ledger.Sweeps.CountsAsync(sweep.Id, cancel);
        Console.Out.WriteLine($"{sweep.Name}  {sweep.Id}  {sweep.State}");
        foreach (var state in Enum.GetValues<TrialState>().Where(counts.ContainsKey))
            Console.Out.WriteLine($"{state,-10}{counts[state],8:N0}");
        if (counts.ContainsKey(TrialState.Pending) || counts.ContainsKey(TrialState.Running))
            await SayHowToGoOnAsync(session, sweep, cancel);
    }

    private static async Task WriteAllAsync(StoreSession session, CancellationToken cancel)
    {
        var open = (await session.Ledger.Sweeps.ListAsync(1000, cancel)).Where(sweep => sweep.State is SweepState.Pending or SweepState.Running or SweepState.Paused).ToList();
        if (open.Count == 0)
        {
            await Console.Error.WriteLineAsync($"sweep: nothing is open; `{CommandName.Text} list` shows what was");
        }
        else
        {
            var table = new TextTable(new("id"), new("name"), new("state"), new("done", Number: true), new("trials", Number: true), new("failed", Number: true));
            foreach (var sweep in open)
                table.Add(sweep.Id.Value, sweep.Name, sweep.State.ToString(), $"{sweep.Completed + sweep.Failed}", $"{sweep.Trials}", $"{sweep.Failed}");
            table.Write(Console.Out, Terminal.IsOutput ? Terminal.Width : null);
        }
        await WriteSilosAsync(session, cancel);
    }

    private static async Task WriteSilosAsync(StoreSession session, CancellationToken cancel)
    {
        await using var command = session.Ledger.Source.CreateCommand(
            """
            SELECT s.id, s.host, s.engine, s.slots, s.state, count(a.trial), extract(epoch FROM now() - s.heartbeat_at)::float8
            FROM silos s LEFT JOIN attempts a ON a.silo = s.id AND a.ended_at IS NULL
            WHERE s.state = 'Running' GROUP BY s.id, s.host, s.engine, s.slots, s.state, s.heartbeat_at ORDER BY s.host, s.id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var table = new TextTable(new("silo"), new("host"), new("engine"), new("trials", Number: true), new("slots", Number: true), new("last heartbeat"));
        while (await reader.ReadAsync(cancel))
            table.Add(reader.GetString(0)[^8..], reader.GetString(1), reader.GetString(2), $"{reader.GetInt64(5)}", $"{reader.GetInt32(3)}", $"{Numbers.Duration(TimeSpan.FromSeconds(reader.GetDouble(6)))} ago");
        if (table.Count == 0)
            return;
        Console.Out.WriteLine();
        table.Write(Console.Out, Terminal.IsOutput ? Terminal.Width : null);
    }

    private static async Task SayHowToGoOnAsync(StoreSession session, SweepSummary sweep, CancellationToken cancel)
    {
        if (sweep.State == SweepState.Paused)
            await Console.Error.WriteLineAsync($"sweep: it is paused; go on with `{CommandName.Text} resume {sweep.Id}`");
        else if ((await session.Ledger.Silos.RunningAsync(cancel)).Count == 0)
            await Console.Error.WriteLineAsync($"sweep: no silo works on it; go on with `{CommandName.Text} resume {sweep.Id}`");
    }
}
