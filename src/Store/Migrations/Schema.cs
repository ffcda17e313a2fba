using Microsoft.EntityFrameworkCore;
using Npgsql;
using SweepCluster.Store.Administration;

namespace SweepCluster.Store.Migrations;

/// <summary>Brings a store to this program's version. EF Core takes a third of a second to start, so it is asked only where something is missing.</summary>
internal static class Schema
{
    /// <summary>Every migration of this program, oldest first.</summary>
    internal static readonly string[] Known =
        [M0001_Ledger.Id, M0002_DataSets.Id, M0003_ClaimOrder.Id, M0004_Orleans.Id, M0006_SweepState.Id, M0007_FitRows.Id, M0008_Stopping.Id, M0009_Tables.Id, M0010_Programs.Id, M0011_Compatibility.Id,
            M0012_Objective.Id, M0013_Statistics.Id];

    /// <summary>
    /// The newest migration of the release before this one, as long as that release can work on a store of this one; a migration
    /// that it could not live with is the floor itself (docs/decisions). Tables and nullable columns may come; nothing that the
    /// release before names may go or change its meaning.
    /// </summary>
    internal const string Floor = M0011_Compatibility.Id;

    // Any number that nobody else locks; "sweepclu" in ASCII.
    private const long AdvisoryLock = 0x7377656570636c75;

    /// <exception cref="StoreNewerException">The store has migrations that this program does not know and may not work beside.</exception>
    /// <exception cref="StoreRightsException">Something is missing, and this role may not make it.</exception>
    /// <returns>The migrations that were made now.</returns>
    internal static async Task<IReadOnlyList<string>> BringUpAsync(NpgsqlDataSource source, StoreAddress address, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        if (IsReady(await SchemaState.ReadAsync(connection, cancel), address)) return [];
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({AdvisoryLock})", cancel);
        var before = await SchemaState.ReadAsync(connection, cancel);
        try
        {
            if (IsReady(before, address)) return [];
            await using (var context = LedgerContext.Over(connection)) await context.Database.MigrateAsync(cancel);
            if (before.Unknown.Count == 0) await ExecuteAsync(connection, $"UPDATE ledger.compatibility SET floor = '{Floor}'", cancel);
            await StoreRoles.GrantAsync(connection, cancel);
            return before.Missing;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege && before.HasAny)
        {
            throw new StoreRightsException(
                $"the store {address} is older than this program, and this role may not change it ({e.MessageText}): run `sweep db migrate` once as the role that owns the database; programs of the version before go on working", e);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }

    private static bool IsReady(SchemaState state, StoreAddress address)
    {
        if (state.IsTooNew)
        {
            throw new StoreNewerException(
                $"the store {address} was made by a newer version of sweep (it has migration {state.Unknown[^1]}, this version knows up to {Known[^1]}): update this program");
        }
        // A reader sees the views and nothing of the ledger; the views are the contract.
        return state.IsHidden || state.Missing.Count == 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
