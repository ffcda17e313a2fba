using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Administration;

/// <summary>A sweep that has ended long enough ago, and what pruning would take from it.</summary>
/// <param name="Snapshots">θ of epochs before each trial's last.</param>
/// <param name="SnapshotBytes">What they take in the store.</param>
public sealed record Outdated(SweepId Id, string Name, DateTimeOffset EndedAt, long Trials, long Snapshots, long SnapshotBytes);

/// <summary>Takes away what nobody looks at any more. A sweep counts from its end; open ones are never touched.</summary>
public sealed class Retention
{
    private readonly NpgsqlDataSource _source;

    internal Retention(NpgsqlDataSource source) => _source = source;

    /// <summary>Sweeps that ended longer ago than <paramref name="age"/>, oldest first.</summary>
    public async Task<IReadOnlyList<Outdated>> FindAsync(TimeSpan age, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand(
            """
            SELECT s.id, s.name, s.closed_at, s.trials, count(p.trial), coalesce(sum(pg_column_size(p.parameters)), 0)::bigint
            FROM ledger.sweeps s
            LEFT JOIN LATERAL (
                SELECT n.trial, n.parameters FROM ledger.trials t JOIN ledger.snapshots n ON n.trial = t.id
                WHERE t.sweep = s.id AND n.epoch < (SELECT max(epoch) FROM ledger.snapshots l WHERE l.trial = t.id)) p ON true
            WHERE s.closed_at < now() - $1
            GROUP BY s.id ORDER BY s.closed_at
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = age });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<Outdated>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new Outdated(
                new SweepId(reader.GetString(0)), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        }
        return found;
    }

    /// <summary>Takes θ of all epochs but the last from a sweep's trials; what is left of them, losses and predictions, stays.</summary>
    /// <returns>How many snapshots went; 0 too where the sweep has been opened again meanwhile.</returns>
    public async Task<long> ThinAsync(SweepId sweep, TimeSpan age, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand(
            """
            WITH ended AS MATERIALIZED (SELECT id FROM ledger.sweeps WHERE id = $1 AND closed_at < now() - $2 FOR UPDATE),
            last AS (SELECT n.trial, max(n.epoch) AS epoch FROM ended e JOIN ledger.trials t ON t.sweep = e.id JOIN ledger.snapshots n ON n.trial = t.id GROUP BY n.trial),
            gone AS (DELETE FROM ledger.snapshots n USING last l WHERE n.trial = l.trial AND n.epoch < l.epoch RETURNING 1)
            SELECT count(*) FROM gone
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = sweep.Value });
        command.Parameters.Add(new() { Value = age });
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
