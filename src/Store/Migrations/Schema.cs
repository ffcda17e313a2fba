using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SweepCluster.Store.Migrations;

/// <summary>Brings a store to this program's version. EF Core takes a third of a second to start, so it is asked only where something is missing.</summary>
internal static class Schema
{
    /// <summary>Every migration of this program, oldest first.</summary>
    internal static readonly string[] Known =
        [M0001_Ledger.Id, M0002_DataSets.Id, M0003_ClaimOrder.Id, M0004_Orleans.Id, M0006_SweepState.Id, M0007_FitRows.Id, M0008_Stopping.Id, M0009_Tables.Id];

    // Any number that nobody else locks; "sweepclu" in ASCII.
    private const long AdvisoryLock = 0x7377656570636c75;

    /// <exception cref="StoreNewerException">The store has migrations that this program does not know.</exception>
    internal static async Task BringUpAsync(NpgsqlDataSource source, StoreAddress address, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        if (Missing(await AppliedAsync(connection, cancel), address) == 0) return;
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({AdvisoryLock})", cancel);
        try
        {
            if (Missing(await AppliedAsync(connection, cancel), address) == 0) return;
            await using var context = LedgerContext.Over(connection);
            await context.Database.MigrateAsync(cancel);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }

    private static int Missing(HashSet<string> applied, StoreAddress address)
    {
        if (applied.Except(Known).Order().LastOrDefault() is { } newer)
        {
            throw new StoreNewerException(
                $"the store {address} was made by a newer version of sweep (it has migration {newer}, this version knows up to {Known[^1]}): update this program");
        }
        return Known.Count(id => !applied.Contains(id));
    }

    private static async Task<HashSet<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{LedgerContext.Schema}.{LedgerContext.HistoryTable}') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancel))!) return [];
        await using var command = new NpgsqlCommand($"SELECT \"MigrationId\" FROM {LedgerContext.Schema}.{LedgerContext.HistoryTable}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var applied = new HashSet<string>();
        while (await reader.ReadAsync(cancel)) applied.Add(reader.GetString(0));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
