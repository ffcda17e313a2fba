using System.Text.Json;
using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Queries;

/// <summary>What <c>sweep export</c> can write.</summary>
public enum ExportTable
{
    Trials,
    Losses,
    Metrics,
    Snapshots,
    Fits,
}

/// <summary>Whole tables of a sweep, streamed.</summary>
public sealed class ExportQueries
{
    private readonly NpgsqlDataSource _source;

    internal ExportQueries(NpgsqlDataSource source) => _source = source;

    /// <summary>The view's own columns, then one column for each of the grid's keys; of trials one for each metric after them.</summary>
    public async Task<QueryRows> OpenAsync(SweepId sweep, ExportTable table, CancellationToken cancel = default)
    {
        var connection = await _source.OpenConnectionAsync(cancel);
        try
        {
            var keys = await GridKeysAsync(connection, sweep, cancel);
            var metrics = table == ExportTable.Trials ? await MetricsAsync(connection, sweep, cancel) : [];
            // Not disposed here: the reader outlives this method, and the connection's disposal ends both.
            var command = new NpgsqlCommand(Sql(table), connection) { Parameters = { new() { Value = sweep.Value } }, CommandTimeout = 0 };
            var reader = await command.ExecuteReaderAsync(cancel);
            var own = QueryRows.NamesOf(reader).SkipLast(1).ToList();
            var reported = own.IndexOf("metrics");
            return new QueryRows(connection, reader, [.. own, .. keys, .. metrics.Select(name => $"metrics.{name}")], r => [.. WithKeys(r, keys), .. Reported(r, reported, metrics)]);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static object?[] WithKeys(NpgsqlDataReader reader, IReadOnlyList<string> keys)
    {
        var own = reader.FieldCount - 1;
        var values = new object?[own + keys.Count];
        for (var i = 0; i < own; i++) values[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        using var configuration = JsonDocument.Parse(reader.GetString(own));
        for (var k = 0; k < keys.Count; k++)
        {
            if (configuration.RootElement.TryGetProperty(keys[k], out var value)) values[own + k] = Plain(value);
        }
        return values;
    }

    private static IEnumerable<object?> Reported(NpgsqlDataReader reader, int column, IReadOnlyList<string> metrics)
    {
        if (metrics.Count == 0) return [];
        using var values = JsonDocument.Parse(reader.GetString(column));
        return [.. metrics.Select(name => values.RootElement.TryGetProperty(name, out var value) ? Plain(value) : null)];
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };

    private static async Task<IReadOnlyList<string>> GridKeysAsync(NpgsqlConnection connection, SweepId sweep, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT configuration FROM ledger.trials WHERE sweep = $1 ORDER BY ordinal, replicate LIMIT 1", connection) { Parameters = { new() { Value = sweep.Value } } };
        if (await command.ExecuteScalarAsync(cancel) is not string json) return [];
        using var configuration = JsonDocument.Parse(json);
        return [.. configuration.RootElement.EnumerateObject().Select(p => p.Name)];
    }

    private static async Task<IReadOnlyList<string>> MetricsAsync(NpgsqlConnection connection, SweepId sweep, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT DISTINCT jsonb_object_keys(metrics) FROM ledger.trials WHERE sweep = $1 ORDER BY 1", connection) { Parameters = { new() { Value = sweep.Value } } };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var names = new List<string>();
        while (await reader.ReadAsync(cancel)) names.Add(reader.GetString(0));
        return names;
    }

    private static string Sql(ExportTable table) => table switch
    {
        ExportTable.Trials => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.trials v ON v.id = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate",
        ExportTable.Losses => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.losses v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.epoch",
        ExportTable.Metrics => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.metrics v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.name, v.epoch",
        ExportTable.Snapshots => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.snapshots v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.epoch",
        _ => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.fits v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.row",
    };
}
