using System.CommandLine;
using SweepCluster.Client.Comparing;
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
        var json = JsonOutput.Option();
        var store = StoreSession.Option();
        var command = new ExampledCommand("status", "Show which sweeps are open and which silos work on them", "sweep status", "sweep status l2-visual-intuition", "sweep status --json") { sweep, json, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            if (parsed.GetValue(sweep) is { } word)
                await WriteSweepAsync(session, await SweepWord.FindAsync(session, word, cancel), parsed.GetValue(json), cancel);
            else
                await WriteAllAsync(session, parsed.GetValue(json), cancel);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static async Task WriteSweepAsync(StoreSession session, SweepSummary sweep, bool json, CancellationToken cancel)
    {
        var counts = await session.Ledger.Sweeps.CountsAsync(sweep.Id, cancel);
        var objective = (await session.Ledger.Sweeps.SpecificationAsync(sweep.Id, cancel)).Objective;
        var best = ConfigurationResult.Rank(await session.Ledger.Trials.BestAsync(sweep.Id, objective, cancel), objective) is [var found, ..] ? found : null;
        if (json)
        {
            JsonOutput.Write(new { Best = best is null ? null : ConfigurationAnswer.Of(best), Objective = objective.Metric, objective.Maximize, Sweep = SweepAnswer.Of(sweep), States = Enum.GetValues<TrialState>().ToDictionary(state => state.ToString(), state => counts.GetValueOrDefault(state)) });
            return;
        }
        Console.Out.WriteLine($"{sweep.Name}  {sweep.Id}  {sweep.State}");
        foreach (var state in Enum.GetValues<TrialState>().Where(counts.ContainsKey))
            Console.Out.WriteLine($"{state,-10}{counts[state],8:N0}");
        if (best is not null)
            Console.Out.WriteLine($"best so far: {(best.Configuration.Entries.Count > 0 ? $"{best.Configuration}, " : "")}{objective.Title} {BestLoss.Text(best.Loss)}");
        if (counts.ContainsKey(TrialState.Pending) || counts.ContainsKey(TrialState.Running))
            await SayHowToGoOnAsync(session, sweep, cancel);
    }

    private static async Task WriteAllAsync(StoreSession session, bool json, CancellationToken cancel)
    {
        var open = (await session.Ledger.Sweeps.ListAsync(1000, cancel)).Where(sweep => sweep.State is SweepState.Pending or SweepState.Running or SweepState.Paused).ToList();
        var silos = await SilosAsync(session, cancel);
        if (json)
        {
            JsonOutput.Write(new { Sweeps = open.Select(SweepAnswer.Of), Silos = silos });
            return;
        }
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
        WriteSilos(silos);
    }

    private static async Task<IReadOnlyList<SiloAnswer>> SilosAsync(StoreSession session, CancellationToken cancel)
    {
        await using var command = session.Ledger.Source.CreateCommand(
            """
            SELECT s.id, s.host, s.engine, count(a.trial), s.slots, extract(epoch FROM now() - s.heartbeat_at)::float8
            FROM silos s LEFT JOIN attempts a ON a.silo = s.id AND a.ended_at IS NULL
            WHERE s.state = 'Running' GROUP BY s.id, s.host, s.engine, s.slots, s.heartbeat_at ORDER BY s.host, s.id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var silos = new List<SiloAnswer>();
        while (await reader.ReadAsync(cancel))
            silos.Add(new SiloAnswer(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetDouble(5)));
        return silos;
    }

    private static void WriteSilos(IReadOnlyList<SiloAnswer> silos)
    {
        if (silos.Count == 0)
            return;
        var table = new TextTable(new("silo"), new("host"), new("engine"), new("trials", Number: true), new("slots", Number: true), new("last heartbeat"));
        foreach (var silo in silos)
            table.Add(silo.Id[^8..], silo.Host, silo.Engine, $"{silo.Trials}", $"{silo.Slots}", $"{Numbers.Duration(TimeSpan.FromSeconds(silo.HeartbeatAge))} ago");
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
