using System.CommandLine;
using Npgsql;
using SweepCluster.Client.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep query SQL: what no command answers, SQL does.</summary>
internal static class QueryCommand
{
    // A table is measured before it is drawn; more rows than this nobody reads as one.
    private const int MostTableRows = 10_000;

    public static Command Create()
    {
        var sql = new Argument<string>("SQL") { Description = "One SELECT over the views of docs/sql.md (sweeps, trials, losses, metrics …); - reads it from standard input" };
        var format = FormatOption.Create(RowFormat.Table, RowFormat.Csv, RowFormat.Json);
        var timeout = new Option<double>("--timeout")
        {
            Description = "Seconds the query may take",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 30,
            Validators =
            {
                result =>
                {
                    if (result.GetValueOrDefault<double>() is not (> 0 and <= 86_400))
                        result.AddError("--timeout must be a number of seconds above 0 and up to 86400");
                },
            },
        };
        var store = StoreSession.Option();
        var command = new ExampledCommand(
            "query", "Ask the store in SQL, read-only",
            "sweep query \"select name, state, completed, trials from sweeps order by created_at desc\"",
            "sweep query --format csv \"select t.configuration->>'regularization.l2' as lambda, l.epoch, l.validation from losses l join trials t on t.id = l.trial\"")
        { sql, format, timeout, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store),
            session => RunAsync(session, parsed.GetRequiredValue(sql), parsed.GetValue(format) ?? RowFormat.Table, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancel),
            cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string word, RowFormat format, TimeSpan timeout, CancellationToken cancel)
    {
        var sql = word == "-" ? await Console.In.ReadToEndAsync(cancel) : word;
        if (string.IsNullOrWhiteSpace(sql))
            throw new UserMistake($"the query is empty; `{CommandName.Text} query --help` shows examples");
        try
        {
            await using var query = await ReadOnlyQuery.StartAsync(session.Reader, sql, timeout, cancel);
            await using var output = Terminal.OpenOutput();
            if (format == RowFormat.Table)
                await WriteTableAsync(query, output, cancel);
            else
                await RowWriter.WriteAsync(format, output, query.Columns, query.RowsAsync(cancel), cancel);
            return ExitCode.Done;
        }
        catch (PostgresException e) when (QueryMistake.Explain(e, sql, timeout) is { } mistake)
        {
            throw mistake;
        }
    }

    private static async Task WriteTableAsync(ReadOnlyQuery query, TextWriter output, CancellationToken cancel)
    {
        var table = new TextTable([.. query.Columns.Select((name, i) => new TextTable.Column(name, query.IsNumber(i)))]);
        await foreach (var row in query.RowsAsync(cancel))
        {
            table.Add([.. row.Select(RowWriter.Text)]);
            if (table.Count < MostTableRows)
                continue;
            await Console.Error.WriteLineAsync($"sweep: only the first {MostTableRows:N0} rows are shown; --format csv gives all of them");
            break;
        }
        table.Write(output, Terminal.IsOutput ? Terminal.Width : null);
    }
}
