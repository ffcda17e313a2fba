using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Store.News;

namespace SweepCluster.Store;

/// <summary>What people ask of a sweep. Silos hear of it through the channel <c>sweep_control</c>, or at their next renewal.</summary>
public sealed class SweepControl
{
    private readonly NpgsqlDataSource _source;

    internal SweepControl(NpgsqlDataSource source) => _source = source;

    /// <summary>Ends what is Pending; silos end what is Running. What is done stays.</summary>
    /// <returns>How many Pending trials it ended.</returns>
    public Task<int> CancelAsync(SweepId sweep, CancellationToken cancel = default) => ChangeAsync(
        sweep, StoreChannels.Control,
        "UPDATE ledger.sweeps SET cancelled_at = coalesce(cancelled_at, now()) WHERE id = $1 AND closed_at IS NULL",
        """
        UPDATE ledger.trials SET state = 'Cancelled', finished_at = now()
        WHERE sweep = $1 AND state = 'Pending' AND EXISTS (SELECT FROM ledger.sweeps WHERE id = $1 AND cancelled_at IS NOT NULL)
        """, cancel);

    /// <summary>Silos claim nothing more from it, and give back what is Running after the epoch under way.</summary>
    public Task PauseAsync(SweepId sweep, CancellationToken cancel = default) => ChangeAsync(
        sweep, StoreChannels.Control, "UPDATE ledger.sweeps SET paused_at = coalesce(paused_at, now()) WHERE id = $1", null, cancel);

    /// <summary>Takes back a pause.</summary>
    public Task ResumeAsync(SweepId sweep, CancellationToken cancel = default) => ChangeAsync(
        sweep, StoreChannels.Work, "UPDATE ledger.sweeps SET paused_at = NULL WHERE id = $1", null, cancel);

    /// <summary>Failed and Cancelled trials are Pending again and start from the beginning.</summary>
    /// <returns>How many.</returns>
    public Task<int> RetryAsync(SweepId sweep, CancellationToken cancel = default) => ChangeAsync(
        sweep, StoreChannels.Work,
        """
        UPDATE ledger.sweeps SET cancelled_at = NULL, closed_at = NULL, completed = NULL, failed = NULL, cancelled = NULL WHERE id = $1
        """,
        """
        UPDATE ledger.trials
        SET state = 'Pending', finished_at = NULL, error = NULL, expiries = 0, epochs = 0, seconds = 0,
            training_loss = NULL, validation_loss = NULL, best_validation_loss = NULL
        WHERE sweep = $1 AND state IN ('Failed', 'Cancelled')
        """, cancel);

    /// <summary>Sweeps of a higher priority are claimed first; what is Running stays.</summary>
    public Task PrioritizeAsync(SweepId sweep, int priority, CancellationToken cancel = default) => ChangeAsync(
        sweep, StoreChannels.Work, $"UPDATE ledger.sweeps SET priority = {priority} WHERE id = $1", null, cancel);

    /// <summary>Has silos look at what was asked of the sweep; they do so by themselves with each heartbeat.</summary>
    public Task NudgeAsync(SweepId sweep, CancellationToken cancel = default) => ChangeAsync(
        sweep, StoreChannels.Control, "SELECT FROM ledger.sweeps WHERE id = $1", null, cancel);

    // The sweep's row first: whoever closes sweeps locks it too, so neither sees half of the other's work.
    private async Task<int> ChangeAsync(SweepId sweep, string channel, string ofSweep, string? ofTrials, CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, ofSweep, cancel, sweep.Value);
        var trials = ofTrials is null ? 0 : await ExecuteAsync(connection, ofTrials, cancel, sweep.Value);
        await ExecuteAsync(connection, "SELECT pg_notify($1, $2)", cancel, channel, sweep.Value);
        await transaction.CommitAsync(cancel);
        return trials;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
