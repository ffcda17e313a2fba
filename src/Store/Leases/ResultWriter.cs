using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using SweepCluster.Contracts;
using SweepCluster.Store.Wire;

namespace SweepCluster.Store.Leases;

/// <summary>
/// What the holder of a lease writes. Each method is one transaction that begins with a fence: an update of the trial that names
/// (silo, term). Where the fence finds no such row the server refuses everything in the transaction.
/// </summary>
public sealed class ResultWriter
{
    private const string LeaseLost = "SW001";

    private readonly NpgsqlDataSource _source;

    internal ResultWriter(NpgsqlDataSource source) => _source = source;

    /// <summary>Records epochs, snapshots and a checkpoint of a trial that goes on.</summary>
    public Task<Recording> RecordAsync(Lease lease, Progress progress, CancellationToken cancel = default) =>
        WriteAsync(lease, progress, null, cancel);

    /// <summary>Records the last of it and ends the attempt. May be sent again after its answer was lost.</summary>
    public async Task<Recording> EndAsync(Lease lease, Progress last, Ending ending, CancellationToken cancel = default)
    {
        var answer = await WriteAsync(lease, last, ending, cancel);
        return answer == Recording.LeaseLost && await EndedSoAsync(lease, ending, cancel) ? Recording.Recorded : answer;
    }

    /// <summary>Where an attempt begins: the checkpoint to resume from, after dropping what an earlier attempt recorded beyond it.</summary>
    /// <returns>Null checkpoint: begin at the beginning.</returns>
    public async Task<(Recording Recording, Checkpoint? Checkpoint)> ResumeAsync(Lease lease, CancellationToken cancel = default)
    {
        // Nobody was here before the first term.
        if (lease.Term == 1) return (Recording.Recorded, null);
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Fenced(Rewind, lease));
        batch.BatchCommands.Add(OfTrial("DELETE FROM ledger.losses WHERE trial = $1 AND first_epoch > coalesce((SELECT epoch FROM ledger.checkpoints WHERE trial = $1), -1)", lease));
        batch.BatchCommands.Add(OfTrial("DELETE FROM ledger.snapshots WHERE trial = $1 AND epoch > coalesce((SELECT epoch FROM ledger.checkpoints WHERE trial = $1), -1)", lease));
        batch.BatchCommands.Add(OfTrial("SELECT epoch, content FROM ledger.checkpoints WHERE trial = $1", lease));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            var checkpoint = await reader.ReadAsync(cancel) ? new Checkpoint(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1)) : null;
            return (Recording.Recorded, checkpoint);
        }
        catch (PostgresException e) when (e.SqlState == LeaseLost)
        {
            return (Recording.LeaseLost, null);
        }
    }

    /// <summary>Drops all that earlier attempts recorded, for a checkpoint that cannot be used.</summary>
    public async Task<Recording> RestartAsync(Lease lease, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Fenced("WITH owned AS (UPDATE ledger.trials SET epochs = 0 WHERE id = $1 AND silo = $2 AND term = $3 AND lease_until IS NOT NULL RETURNING 1)" + OwnedOrRefused, lease));
        foreach (var table in (string[])["losses", "snapshots", "checkpoints"])
            batch.BatchCommands.Add(OfTrial($"DELETE FROM ledger.{table} WHERE trial = $1", lease));
        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
            return Recording.Recorded;
        }
        catch (PostgresException e) when (e.SqlState == LeaseLost)
        {
            return Recording.LeaseLost;
        }
    }

    /// <summary>Stores a data set unless the store has it.</summary>
    public async Task KeepDataAsync(DataRows data, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // A second writer of the same content waits here until the first is done, and then finds it there.
        await using (var insert = new NpgsqlCommand(
            "INSERT INTO ledger.data_sets (sha256, rows, inputs, irreducible_error, targets, classes) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING", connection))
        {
            insert.Parameters.Add(new() { Value = data.Sha256 });
            insert.Parameters.Add(new() { Value = data.Parts.Length });
            insert.Parameters.Add(new() { Value = data.Inputs });
            insert.Parameters.Add(Nullable(data.IrreducibleError, NpgsqlDbType.Double));
            insert.Parameters.Add(new() { Value = data.Targets });
            insert.Parameters.Add(new() { Value = data.AreClasses });
            if (await insert.ExecuteNonQueryAsync(cancel) == 0) return;
        }
        await using (var copy = await connection.BeginBinaryImportAsync("COPY ledger.data_rows (data, row, part, x, target, targets) FROM STDIN (FORMAT BINARY)", cancel))
        {
            for (var row = 0; row < data.Parts.Length; row++)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(data.Sha256, NpgsqlDbType.Text, cancel);
                await copy.WriteAsync(row, NpgsqlDbType.Integer, cancel);
                await copy.WriteAsync(data.Parts[row], NpgsqlDbType.Text, cancel);
                await copy.WriteAsync(data.X.AsSpan(row * data.Inputs, data.Inputs).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Real, cancel);
                await copy.WriteAsync(data.Y[row * data.Targets], NpgsqlDbType.Real, cancel);
                if (data.Targets > 1) await copy.WriteAsync(data.Y.AsSpan(row * data.Targets, data.Targets).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Real, cancel);
                else await copy.WriteNullAsync(cancel);
            }
            await copy.CompleteAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    private async Task<Recording> WriteAsync(Lease lease, Progress progress, Ending? ending, CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Fence(lease, progress, ending));
        if (progress.Epochs.Count > 0) batch.BatchCommands.Add(Losses(lease, progress.Epochs));
        foreach (var snapshot in progress.Snapshots) batch.BatchCommands.Add(Parameters(lease, snapshot));
        if (progress.Checkpoint is { } checkpoint && ending is null or Ending.Released) batch.BatchCommands.Add(Keep(lease, checkpoint));
        if (ending is not (null or Ending.Released)) batch.BatchCommands.Add(OfTrial("DELETE FROM ledger.checkpoints WHERE trial = $1", lease));
        if (ending is Ending.Released) batch.BatchCommands.Add(OfTrial("SELECT pg_notify('sweep_work', sweep) FROM ledger.trials WHERE id = $1", lease));
        if (ending is Ending.Completed { Restored.Epoch: var restored })
            batch.BatchCommands.Add(OfTrial($"DELETE FROM ledger.snapshots WHERE trial = $1 AND epoch > {restored.ToString(CultureInfo.InvariantCulture)}", lease));
        if (ending is Ending.Completed { Fit: { } fit }) batch.BatchCommands.Add(Predictions(lease, fit));
        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
            return Recording.Recorded;
        }
        catch (PostgresException e) when (e.SqlState == LeaseLost)
        {
            return Recording.LeaseLost;
        }
    }

    private async Task<bool> EndedSoAsync(Lease lease, Ending ending, CancellationToken cancel)
    {
        await using var command = _source.CreateCommand(
            "SELECT EXISTS (SELECT FROM ledger.attempts WHERE trial = $1 AND silo = $2 AND term = $3 AND outcome = $4)");
        command.Parameters.Add(new() { Value = lease.Trial.Value });
        command.Parameters.Add(new() { Value = lease.Silo.Value });
        command.Parameters.Add(new() { Value = lease.Term });
        command.Parameters.Add(new() { Value = ending is Ending.Released ? "Released" : StateAfter(ending).ToString() });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static NpgsqlBatchCommand Fence(Lease lease, Progress progress, Ending? ending)
    {
        var last = progress.Epochs.Count > 0 ? progress.Epochs[^1] : (EpochLosses?)null;
        var completed = ending as Ending.Completed;
        var command = Fenced(ending is null ? Advance : Finish, lease);
        command.Parameters.Add(Nullable(last?.Epoch, NpgsqlDbType.Integer));
        command.Parameters.Add(Nullable(last?.Training, NpgsqlDbType.Double));
        command.Parameters.Add(Nullable(last?.Validation, NpgsqlDbType.Double));
        command.Parameters.Add(Nullable<double>(last is null ? null : progress.Epochs.Min(e => e.Validation), NpgsqlDbType.Double));
        command.Parameters.Add(new() { Value = progress.Seconds });
        if (ending is null)
        {
            command.Parameters.Add(new() { Value = progress.Checkpoint is not null });
            return command;
        }
        command.Parameters.Add(new() { Value = StateAfter(ending).ToString() });
        command.Parameters.Add(Text(completed?.ThetaSha256));
        command.Parameters.Add(Text(ending is Ending.Failed failed ? failed.Reason : completed?.StoppedBecause));
        command.Parameters.Add(Text(completed?.StoppedBy));
        command.Parameters.Add(Nullable(completed?.Restored?.Epoch, NpgsqlDbType.Integer));
        command.Parameters.Add(Nullable(completed?.Restored?.Training, NpgsqlDbType.Double));
        command.Parameters.Add(Nullable(completed?.Restored?.Validation, NpgsqlDbType.Double));
        return command;
    }

    /// <summary>The state an ending leaves the trial in.</summary>
    public static TrialState StateAfter(Ending ending) => ending switch
    {
        Ending.Completed { StoppedBecause: null } => TrialState.Completed,
        Ending.Completed => TrialState.Stopped,
        Ending.Failed => TrialState.Failed,
        Ending.Cancelled => TrialState.Cancelled,
        _ => TrialState.Pending,
    };

    private static NpgsqlBatchCommand Losses(Lease lease, IReadOnlyList<EpochLosses> epochs) =>
        // A flush whose answer was lost is sent again with the same first epoch.
        new("INSERT INTO ledger.losses (trial, first_epoch, training, validation) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        {
            Parameters =
            {
                new() { Value = lease.Trial.Value },
                new() { Value = epochs[0].Epoch },
                new() { Value = epochs.Select(e => e.Training).ToArray() },
                new() { Value = epochs.Select(e => e.Validation).ToArray() },
            },
        };

    private static NpgsqlBatchCommand Parameters(Lease lease, Snapshot snapshot) =>
        new("INSERT INTO ledger.snapshots (trial, epoch, parameters) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        {
            Parameters = { new() { Value = lease.Trial.Value }, new() { Value = snapshot.Epoch }, new NpgsqlParameter<RealArray> { TypedValue = new RealArray(snapshot.Parameters) } },
        };

    private static NpgsqlBatchCommand Keep(Lease lease, Checkpoint checkpoint) =>
        new("INSERT INTO ledger.checkpoints (trial, epoch, content) VALUES ($1, $2, $3) ON CONFLICT (trial) DO UPDATE SET epoch = excluded.epoch, content = excluded.content")
        {
            Parameters = { new() { Value = lease.Trial.Value }, new() { Value = checkpoint.Epoch }, new() { Value = checkpoint.Content } },
        };

    private static NpgsqlBatchCommand Predictions(Lease lease, Fit fit) =>
        new("INSERT INTO ledger.fits (trial, data, prediction, spread, mean) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (trial) DO UPDATE SET data = excluded.data, prediction = excluded.prediction, spread = excluded.spread, mean = excluded.mean")
        {
            Parameters =
            {
                new() { Value = lease.Trial.Value },
                new() { Value = fit.Data },
                new NpgsqlParameter<RealArray> { TypedValue = new RealArray(fit.Prediction) },
                new() { Value = (object?)fit.Spread ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real },
                new() { Value = (object?)fit.Mean ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real },
            },
        };

    private static NpgsqlBatchCommand Fenced(string sql, Lease lease) =>
        new(sql) { Parameters = { new() { Value = lease.Trial.Value }, new() { Value = lease.Silo.Value }, new() { Value = lease.Term } } };

    private static NpgsqlBatchCommand OfTrial(string sql, Lease lease) => new(sql) { Parameters = { new() { Value = lease.Trial.Value } } };

    private static NpgsqlParameter Nullable<T>(T? value, NpgsqlDbType type) where T : struct =>
        new() { Value = value is { } v ? v : DBNull.Value, NpgsqlDbType = type };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    // A fence says lease_until IS NOT NULL, which by the table's check means Running. Said as a state, the planner would take the index
    // of running trials wherever its statistics are older than they, and read all of them for each write.
    private const string OwnedOrRefused = " SELECT CASE WHEN EXISTS (SELECT FROM owned) THEN true ELSE ledger.lease_lost($1, $2, $3) END";

    private const string Progressed =
        """
            epochs = coalesce($4, epochs), best_validation_loss = least(best_validation_loss, $7),
            seconds = seconds + CASE WHEN $4 <= epochs THEN 0 ELSE $8 END
        """;

    private const string LastLosses = ", training_loss = coalesce($5, training_loss), validation_loss = coalesce($6, validation_loss)";

    private const string FinalLosses = ", training_loss = coalesce($14, $5, training_loss), validation_loss = coalesce($15, $6, validation_loss)";

    // Who keeps a checkpoint has come further than the attempts before: their silos' ends were not its fault.
    private const string Advance =
        "WITH owned AS (UPDATE ledger.trials SET" + Progressed + LastLosses + ", expiries = CASE WHEN $9 THEN 0 ELSE expiries END" +
        " WHERE id = $1 AND silo = $2 AND term = $3 AND lease_until IS NOT NULL RETURNING 1)" + OwnedOrRefused;

    // A trial given back while its sweep is being cancelled has nobody left to cancel it.
    private const string Finish =
        "WITH owned AS (UPDATE ledger.trials t SET" + Progressed + FinalLosses +
        """
            , state = next.state, lease_until = NULL, finished_at = CASE WHEN next.state = 'Pending' THEN NULL ELSE now() END,
            theta_sha256 = $10, error = $11, stopped_by = $12, theta_epoch = $13
            FROM (SELECT CASE WHEN $9 = 'Pending' AND s.cancelled_at IS NOT NULL THEN 'Cancelled' ELSE $9 END AS state
                  FROM ledger.trials o JOIN ledger.sweeps s ON s.id = o.sweep WHERE o.id = $1) next
            WHERE t.id = $1 AND silo = $2 AND term = $3 AND lease_until IS NOT NULL
            RETURNING t.id, t.sweep, t.term, t.silo, t.claimed_at, t.state),
        history AS (
            INSERT INTO ledger.attempts (trial, term, silo, started_at, ended_at, outcome)
            SELECT id, term, silo, claimed_at, now(), CASE WHEN state = 'Pending' THEN 'Released' ELSE state END FROM owned)
        """ + OwnedOrRefused;

    private const string Rewind =
        """
        WITH kept AS (SELECT epoch FROM ledger.checkpoints WHERE trial = $1),
        owned AS (
            UPDATE ledger.trials SET epochs = coalesce((SELECT epoch FROM kept), 0)
            WHERE id = $1 AND silo = $2 AND term = $3 AND lease_until IS NOT NULL RETURNING 1)
        """ + OwnedOrRefused;
}
