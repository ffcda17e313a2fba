using System.Text.Json;
using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Queries;

/// <summary>What <c>sweep export</c> can write.</summary>
public enum ExportTable
{
    Trials,
    Losses,
    Snapshots,
    Fits,
}

/// <summary>Whole tables of a sweep, streamed.</summary>
public sealed class ExportQueries
{
    private readonly NpgsqlDataSource _source;

    internal ExportQueries(NpgsqlDataSource source) => _source = source;

    /// <summary>The view's own columns, then one column for each of the grid's keys.</summary>
    public async Task<QueryRows> OpenAsync(SweepId sweep, ExportTable table, CancellationToken cancel = default)
    {
        var connection = await _source.OpenConnectionAsync(cancel);
        try
        {
            var keys = await GridKeysAsync(connection, sweep, cancel);
            // Not disposed here: the reader outlives this method, and the connection's disposal ends both.
            var command = new NpgsqlCommand(Sql(table), connection) { Parameters = { new() { Value = sweep.Value } }, CommandTimeout = 0 };
            var reader = await command.ExecuteReaderAsync(cancel);
            var own = QueryRows.NamesOf(reader).SkipLast(1).ToList();
            return new QueryRows(connection, reader, [.. own, .. keys], r => WithKeys(r, keys));
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

    private static string Sql(ExportTable table) => table switch
    {
        ExportTable.Trials => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.trials v ON v.id = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate",
        ExportTable.Losses => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.losses v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.epoch",
        ExportTable.Snapshots => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.snapshots v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.epoch",
        _ => "SELECT v.*, t.configuration FROM ledger.trials t JOIN public.fits v ON v.trial = t.id WHERE t.sweep = $1 ORDER BY t.ordinal, t.replicate, v.row",
    };
}
