using System.Data;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
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
    internal const string Floor = M0012_Objective.Id;

    // Any number that nobody else locks; "sweepclu" in ASCII.
    private const long AdvisoryLock = 0x7377656570636c75;

    // Who asks for a table that somebody reads makes all others wait behind him, each silo too: longer than this a lease would suffer.
    private const string LockPatience = "3s";

    /// <exception cref="StoreNewerException">The store has migrations that this program does not know and may not work beside.</exception>
    /// <exception cref="StoreRightsException">Something is missing, and this role may not make it.</exception>
    /// <param name="mustSee">Refuse a role that may not even see which migrations there are.</param>
    /// <returns>The migrations that were made now.</returns>
    internal static async Task<IReadOnlyList<string>> BringUpAsync(NpgsqlDataSource source, StoreAddress address, bool mustSee, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var found = await SchemaState.ReadAsync(connection, cancel);
        if (found.IsHidden && mustSee)
            throw new StoreRightsException($"the role of {address} may not see which version the store has: run `sweep db migrate` as the role that owns the database");
        if (IsReady(found, address)) return [];
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({AdvisoryLock})", cancel);
        var before = await SchemaState.ReadAsync(connection, cancel);
        try
        {
            if (IsReady(before, address)) return [];
            await MigrateAsync(connection, isNewest: before.Unknown.Count == 0, cancel);
            return before.Missing;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreUnreachableException(
                $"the store {address} is as it was: another session holds a table that the migration changes for longer than {LockPatience} (a backup, a long query; pg_stat_activity names it), and silos would have to wait behind both: do this again when that has ended", e);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege && before.HasAny)
        {
            throw new StoreRightsException(
                $"the store {address} is older than this program, and this role may not change it ({e.MessageText}): run `sweep db migrate` once as the role that owns the database; programs of the version before go on working", e);
        }
        finally
        {
            // A connection that broke has let go of it, and must not hide why.
            if (connection.State == ConnectionState.Open) await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }

    /// <summary>For who has opened a store long ago: whether this program may still work on it.</summary>
    /// <exception cref="StoreNewerException">A version that this one may not work beside has migrated it since.</exception>
    internal static async Task CheckFloorAsync(NpgsqlDataSource source, StoreAddress address, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("SELECT floor FROM ledger.compatibility");
        if (await command.ExecuteScalarAsync(cancel) is string floor && !Known.Contains(floor)) throw TooNew(address, floor);
    }

    // All of it or nothing: a store whose migration was killed halfway has its old floor and its old rights with its old tables.
    private static async Task MigrateAsync(NpgsqlConnection connection, bool isNewest, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, $"SET LOCAL lock_timeout = '{LockPatience}'", cancel);
        await using (var context = LedgerContext.Over(connection))
        {
            await context.Database.UseTransactionAsync(transaction, cancel);
            // It looks for the table by reading it, and a transaction does not outlive that where there is none.
            await ExecuteAsync(connection, context.GetService<IHistoryRepository>().GetCreateIfNotExistsScript(), cancel);
            try
            {
                await context.Database.MigrateAsync(cancel);
            }
            catch (InvalidOperationException e) when (e.InnerException is NpgsqlException passing)
            {
                // What may pass EF Core wraps into the advice to configure retries.
                ExceptionDispatchInfo.Throw(passing);
            }
        }
        if (isNewest) await ExecuteAsync(connection, $"UPDATE ledger.compatibility SET floor = '{Floor}'", cancel);
        await StoreRoles.GrantAsync(connection, cancel);
        await transaction.CommitAsync(cancel);
    }

    private static StoreNewerException TooNew(StoreAddress address, string migration) => new(
        $"the store {address} was made by a newer version of sweep (it has migration {migration}, this version knows up to {Known[^1]}): update this program");

    private static bool IsReady(SchemaState state, StoreAddress address)
    {
        if (state.IsTooNew) throw TooNew(address, state.Unknown[^1]);
        // The views say for themselves who may read them.
        return state.IsHidden || state.Missing.Count == 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        // No time-out: another's migration is waited for, however large the store.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
