using System.CommandLine;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>
/// sweep export SWEEP: a whole table, the grid's keys as columns beside the view's own; or without --table the whole sweep, for
/// another store.
/// </summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var tables = Enum.GetValues<ExportTable>().ToDictionary(table => table.ToString().ToLowerInvariant());
        var table = new Option<ExportTable?>("--table")
        {
            Description = "What to write [default: the whole sweep, for `sweep import`]",
            HelpName = string.Join('|', tables.Keys),
            CustomParser = result =>
            {
                if (tables.TryGetValue(result.Tokens[^1].Value, out var known))
                    return known;
                result.AddError($"--table must be one of {string.Join(", ", tables.Keys)}, found '{result.Tokens[^1].Value}'");
                return null;
            },
        };
        table.CompletionSources.Clear();
        table.CompletionSources.Add([.. tables.Keys]);
        var format = FormatOption.Create(RowFormat.Csv, RowFormat.Json);
        var file = new Option<string?>("--out") { Description = "File to write, whole or not at all [default: standard output]", HelpName = "FILE" };
        var store = StoreSession.Option();
        var command = new ExampledCommand(
            "export", "Write a sweep's trials, losses, metrics, parameter snapshots or fits as CSV or JSON, or all of it as one file for another store",
            "sweep export l2-visual-intuition --table losses --out losses.csv",
            "sweep export l2-visual-intuition --table snapshots --format json --out theta.json",
            "sweep export l2-visual-intuition --out l2.sweep")
        { sweep, table, format, file, store };
        command.SetAction((parsed, cancel) =>
        {
            var (rows, path) = (parsed.GetValue(table), parsed.GetValue(file));
            if (rows is null && parsed.GetValue(format) is not null)
                throw new UserMistake($"--format is for one table: add --table {string.Join('|', tables.Keys)}, or leave it out to write the whole sweep");
            if (rows is null && path is null && Terminal.IsOutput)
                throw new UserMistake("a whole sweep is bytes, not text: name a file with --out FILE, or choose one table with --table");
            return StoreSession.UseAsync(parsed.GetValue(store), async session =>
            {
                var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
                if (rows is { } one)
                    await WriteTableAsync(session, found, one, parsed.GetValue(format) ?? RowFormat.Csv, path, cancel);
                else
                    await WriteWholeAsync(session, found, path, cancel);
                return ExitCode.Done;
            }, cancel);
        });
        return command;
    }

    private static async Task WriteTableAsync(StoreSession session, SweepSummary sweep, ExportTable table, RowFormat format, string? path, CancellationToken cancel)
    {
        await using var rows = await session.Ledger.Export.OpenAsync(sweep.Id, table, cancel);
        await WriteAsync(rows, format, path, cancel);
    }

    private static async Task WriteWholeAsync(StoreSession session, SweepSummary sweep, string? path, CancellationToken cancel)
    {
        if (path is null)
        {
            await using var output = Console.OpenStandardOutput();
            await session.Ledger.Archive.ExportAsync(sweep.Id, output, cancel);
            return;
        }
        await AtomicFile.WriteBytesAsync(path, stream => session.Ledger.Archive.ExportAsync(sweep.Id, stream, cancel));
        await Console.Error.WriteLineAsync($"sweep: wrote {sweep.Name} ({sweep.Id}), {Numbers.Count(sweep.Trials, "trial")}, {Numbers.Bytes(new FileInfo(path).Length)}, to {path}; "
            + $"another store takes it with `{CommandName.Text} import {path} --store URL`");
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
