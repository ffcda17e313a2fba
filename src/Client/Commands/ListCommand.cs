using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep list: every sweep of the store, newest first.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
            Validators =
            {
                result =>
                {
                    if (result.GetValueOrDefault<int>() < 1)
                        result.AddError("--limit must be a whole number >= 1");
                },
            },
        };
        var json = JsonOutput.Option();
        var store = StoreSession.Option();
        var command = new ExampledCommand("list", "List the sweeps of the store, newest first", "sweep list --limit 5", "sweep list --json") { limit, json, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var sweeps = await session.Ledger.Sweeps.ListAsync(parsed.GetValue(limit), cancel);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(sweeps.Select(SweepAnswer.Of));
                return ExitCode.Done;
            }
            if (sweeps.Count == 0)
            {
                await Console.Error.WriteLineAsync($"sweep: no sweeps yet; start one with `{CommandName.Text} run examples/plain.yaml`");
                return ExitCode.Done;
            }
            var table = new TextTable(
                new("id"), new("name"), new("state"), new("trials", Number: true), new("completed", Number: true), new("failed", Number: true), new("created"));
            foreach (var sweep in sweeps)
                table.Add(sweep.Id.Value, sweep.Name, sweep.State.ToString(), $"{sweep.Trials}", $"{sweep.Completed}", $"{sweep.Failed}", $"{sweep.CreatedAt.LocalDateTime:yyyy-MM-dd HH:mm}");
            table.Write(Console.Out, Terminal.IsOutput ? Terminal.Width : null);
            return ExitCode.Done;
        }, cancel));
        return command;
    }
}
