using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store;

/// <summary>What a removal took away.</summary>
public sealed record Removed(long Trials, long DataSets);

/// <summary>Takes a sweep and all it has learnt out of the store, in one transaction.</summary>
public sealed class SweepRemoval
{
    private readonly NpgsqlDataSource _source;

    internal SweepRemoval(NpgsqlDataSource source) => _source = source;

    /// <returns>Null if a silo works on one of its trials: nothing was removed.</returns>
    public async Task<Removed?> RemoveAsync(SweepId sweep, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Nothing of it can be claimed, written or retried meanwhile: each of these updates one of these rows first.
        await ExecuteAsync("SELECT FROM ledger.sweeps WHERE id = $1 FOR UPDATE");
        await ExecuteAsync("SELECT FROM ledger.trials WHERE sweep = $1 FOR UPDATE");
        await using (var running = Command("SELECT EXISTS (SELECT FROM ledger.trials WHERE sweep = $1 AND state = 'Running')"))
            if (await running.ExecuteScalarAsync(cancel) is true) return null;
        foreach (var table in (string[])["attempts", "losses", "snapshots", "checkpoints", "fits"])
            await ExecuteAsync($"DELETE FROM ledger.{table} WHERE trial IN (SELECT id FROM ledger.trials WHERE sweep = $1)");
        var trials = await ExecuteAsync("DELETE FROM ledger.trials WHERE sweep = $1");
        await ExecuteAsync("DELETE FROM ledger.sweeps WHERE id = $1");
        await transaction.CommitAsync(cancel);
        return new Removed(trials, await RemoveUnusedDataAsync(cancel));

        NpgsqlCommand Command(string sql) => new(sql, connection) { Parameters = { new() { Value = sweep.Value } }, CommandTimeout = 0 };

        async Task<int> ExecuteAsync(string sql)
        {
            await using var command = Command(sql);
            return await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Data that no fit refers to, unless a silo lives that may have stored it for a fit to come.</summary>
    private async Task<long> RemoveUnusedDataAsync(CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // A silo remembers for its life what it has stored: none may join between the question and the deletion.
        // Nor may a launch find its table there, and then not.
        await using (var still = new NpgsqlCommand("LOCK TABLE ledger.silos IN SHARE MODE; LOCK TABLE ledger.sweeps IN SHARE ROW EXCLUSIVE MODE", connection))
            await still.ExecuteNonQueryAsync(cancel);
        await using var command = new NpgsqlCommand(
            """
            WITH unused AS (
                DELETE FROM ledger.data_sets d
                WHERE NOT EXISTS (SELECT FROM ledger.fits f WHERE f.data = d.sha256)
                  AND NOT EXISTS (SELECT FROM public.silos WHERE state = 'Running')
                RETURNING d.sha256),
            rows AS (DELETE FROM ledger.data_rows r USING unused u WHERE r.data = u.sha256),
            files AS (DELETE FROM ledger.data_files d
                      WHERE NOT EXISTS (SELECT FROM ledger.sweeps s WHERE s.data_file = d.sha256)
                        AND NOT EXISTS (SELECT FROM public.silos WHERE state = 'Running'))
            SELECT count(*) FROM unused
            """, connection);
        command.CommandTimeout = 0;
        var removed = (long)(await command.ExecuteScalarAsync(cancel))!;
        await transaction.CommitAsync(cancel);
        return removed;
    }
}
