using Npgsql;

namespace SweepCluster.Store.Migrations;

/// <summary>Which migrations a store has, as far as the role that asks may see.</summary>
/// <param name="IsHidden">The ledger is there, and this role may not look into it: at most it reads the views, by rights that an older version granted.</param>
/// <param name="Missing">Migrations of this program that the store does not have, oldest first.</param>
/// <param name="Unknown">Migrations of the store that this program does not know, oldest first.</param>
/// <param name="Floor">The migration that a program must know to work on the store; null where the store is older than that rule.</param>
public sealed record SchemaState(bool IsHidden, IReadOnlyList<string> Missing, IReadOnlyList<string> Unknown, string? Floor)
{
    /// <summary>This program does not know what it must know to work here.</summary>
    public bool IsTooNew => Unknown.Count > 0 && (Floor is null || !Schema.Known.Contains(Floor));

    /// <summary>There is a store, of whatever version.</summary>
    public bool HasAny => IsHidden || Missing.Count < Schema.Known.Length;

    /// <exception cref="NpgsqlException">The server does not answer as it should.</exception>
    public static async Task<SchemaState> ReadAsync(NpgsqlConnection connection, CancellationToken cancel = default)
    {
        if (await IsHiddenAsync(connection, cancel)) return new SchemaState(true, [], [], null);
        if (!await HasAsync(connection, LedgerContext.HistoryTable, cancel)) return new SchemaState(false, Schema.Known, [], null);
        var applied = new HashSet<string>();
        await using (var command = new NpgsqlCommand($"SELECT \"MigrationId\" FROM {LedgerContext.Schema}.{LedgerContext.HistoryTable}", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel)) applied.Add(reader.GetString(0));
        string[] unknown = [.. applied.Except(Schema.Known).Order(StringComparer.Ordinal)];
        return new SchemaState(
            false, [.. Schema.Known.Where(id => !applied.Contains(id))], unknown, unknown.Length > 0 ? await FloorAsync(connection, cancel) : null);
    }

    private static async Task<string?> FloorAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!await HasAsync(connection, "compatibility", cancel)) return null;
        await using var command = new NpgsqlCommand($"SELECT floor FROM {LedgerContext.Schema}.compatibility", connection);
        return await command.ExecuteScalarAsync(cancel) as string;
    }

    private static async Task<bool> IsHiddenAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT coalesce((SELECT NOT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = '{LedgerContext.Schema}'), false)
            """, connection);
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    private static async Task<bool> HasAsync(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{LedgerContext.Schema}' AND c.relname = '{table}')", connection);
        return await command.ExecuteScalarAsync(cancel) is true;
    }
}
