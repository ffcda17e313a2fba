using System.CommandLine;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep export SWEEP: a whole table, the grid's keys as columns beside the view's own.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var tables = Enum.GetValues<ExportTable>().ToDictionary(table => table.ToString().ToLowerInvariant());
        var table = new Option<ExportTable?>("--table")
        {
            Description = "What to write",
            HelpName = string.Join('|', tables.Keys),
            Required = true,
            CustomParser = result =>
            {
                if (tables.TryGetValue(result.Tokens[^1].Value, out var known))
                    return known;
                result.AddError($"--table must be one of {string.Join(", ", tables.Keys)}, found '{result.Tokens[^1].Value}'");
                return null;
            },
        };
        var format = FormatOption.Create(RowFormat.Csv, RowFormat.Json);
        var file = new Option<string?>("--out") { Description = "File to write, whole or not at all [default: standard output]", HelpName = "FILE" };
        var store = StoreSession.Option();
        var command = new ExampledCommand(
            "export", "Write a sweep's trials, losses, parameter snapshots or fits as CSV or JSON",
            "sweep export l2-visual-intuition --table losses --out losses.csv",
            "sweep export l2-visual-intuition --table snapshots --format json --out theta.json")
        { sweep, table, format, file, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            var rows = await session.Ledger.Export.OpenAsync(found.Id, parsed.GetRequiredValue(table)!.Value, cancel);
            await using (rows)
                await WriteAsync(rows, parsed.GetValue(format) ?? RowFormat.Csv, parsed.GetValue(file), cancel);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static async Task WriteAsync(QueryRows rows, RowFormat format, string? file, CancellationToken cancel)
    {
        if (file is null)
        {
            await using var output = Terminal.OpenOutput();
            await RowWriter.WriteAsync(format, output, rows.Columns, Values(rows, cancel), cancel);
            return;
        }
        long count = 0;
        await AtomicFile.WriteAsync(file, async output => count = await RowWriter.WriteAsync(format, output, rows.Columns, Values(rows, cancel), cancel));
        await Console.Error.WriteLineAsync($"sweep: wrote {Numbers.Count(count, "row")} to {file}");
    }

    /// <summary>The configuration is JSON in the store and stays JSON, not text that holds JSON.</summary>
    private static async IAsyncEnumerable<object?[]> Values(QueryRows rows, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var json = rows.Columns.Select((name, i) => (name, i)).Where(column => column.name == "configuration").Select(column => column.i).ToList();
        await foreach (var row in rows.RowsAsync(cancel))
        {
            foreach (var column in json)
                row[column] = row[column] is string text ? new RawJson(text) : null;
            yield return row;
        }
    }
}
