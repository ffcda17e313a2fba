using Npgsql;

namespace SweepCluster.Store.Administration;

/// <summary>What a store that came back from a backup needs before silos may work on it again.</summary>
public static class Restoration
{
    /// <summary>
    /// Ends every attempt that was under way when the backup was made. A silo that lived through it still holds (silo, term) of that
    /// moment and is epochs ahead of its checkpoint here: without this its next write would be accepted and leave a gap.
    /// </summary>
    /// <returns>How many trials wait to be resumed from their checkpoints.</returns>
    public static async Task<long> EndAttemptsAsync(Ledger ledger, CancellationToken cancel = default)
    {
        await using var connection = await ledger.Source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            WITH held AS MATERIALIZED (SELECT id, term, silo, claimed_at FROM ledger.trials WHERE state = 'Running' FOR UPDATE),
            ended AS (
                INSERT INTO ledger.attempts (trial, term, silo, started_at, ended_at, outcome) SELECT id, term, silo, claimed_at, now(), 'Expired' FROM held),
            freed AS (
                UPDATE ledger.trials t SET state = 'Pending', lease_until = NULL FROM held WHERE t.id = held.id RETURNING t.sweep),
            announced AS (SELECT pg_notify('sweep_work', sweep) FROM (SELECT DISTINCT sweep FROM freed) f)
            SELECT (SELECT count(*) FROM freed) + 0 * (SELECT count(*) FROM announced)
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE ledger.silos SET stopped_at = now() WHERE stopped_at IS NULL"));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0);
    }
}
