using Npgsql;
using NpgsqlTypes;
using SweepCluster.Contracts;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Wire;

namespace SweepCluster.Store.Testing;

/// <summary>What one trial of the selected configuration says of the test part.</summary>
/// <param name="Loss">Null where a program did not say.</param>
/// <param name="Fit">Of all rows, those of the test part among them; null where the store has it from a program.</param>
public sealed record TestedTrial(TrialId Trial, double? Loss, Fit? Fit);

/// <summary>The one look at each sweep's test part.</summary>
public sealed class TestBook
{
    private readonly NpgsqlDataSource _source;

    internal TestBook(NpgsqlDataSource source) => _source = source;

    /// <summary>Sweeps with a test part that nobody has looked at, and with no trial open any more.</summary>
    public async Task<IReadOnlyList<SweepId>> DueAsync(SweepId? only = null, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand(
            """
            SELECT id FROM ledger.sweeps
            WHERE tests AND selected_at IS NULL AND closed_at IS NOT NULL AND cancelled_at IS NULL AND completed > 0 AND ($1 IS NULL OR id = $1)
            ORDER BY closed_at LIMIT 100
            """);
        command.Parameters.Add(new() { Value = (object?)only?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<SweepId>();
        while (await reader.ReadAsync(cancel)) due.Add(new SweepId(reader.GetString(0)));
        return due;
    }

    /// <summary>A program predicted rows of a test part: what it said of them is opened for the configuration that will be selected.</summary>
    public async Task ExpectAsync(SweepId sweep, CancellationToken cancel = default)
    {
        // One of its trials writes here, the others only look.
        await using var command = _source.CreateCommand("UPDATE ledger.sweeps SET tests = true WHERE id = $1 AND NOT tests AND selected_at IS NULL");
        command.Parameters.Add(new() { Value = sweep.Value });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Nothing of it can be selected: it is not asked for again.</summary>
    public async Task PassAsync(SweepId sweep, CancellationToken cancel = default)
    {
        await using var command = _source.CreateCommand("UPDATE ledger.sweeps SET tests = false WHERE id = $1 AND selected_at IS NULL");
        command.Parameters.Add(new() { Value = sweep.Value });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Records the selection and its trials' results, all or nothing.</summary>
    /// <returns>False if that was done before, or a trial has been opened again meanwhile: nothing is written then.</returns>
    public async Task<bool> RecordAsync(SweepId sweep, long selected, IReadOnlyList<TestedTrial> trials, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var select = new NpgsqlCommand(
            "UPDATE ledger.sweeps SET selected = $2, selected_at = now() WHERE id = $1 AND selected_at IS NULL AND closed_at IS NOT NULL", connection))
        {
            select.Parameters.Add(new() { Value = sweep.Value });
            select.Parameters.Add(new() { Value = selected });
            if (await select.ExecuteNonQueryAsync(cancel) == 0) return false;
        }
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (trial, loss, fit) in trials)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE ledger.trials SET test_loss = $2, tested_at = now() WHERE id = $1")
            {
                Parameters = { new() { Value = trial.Value }, new() { Value = (object?)loss ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double } },
            });
            if (fit is null) continue;
            batch.BatchCommands.Add(new NpgsqlBatchCommand("UPDATE ledger.fits SET prediction = $2, spread = $3, mean = $4 WHERE trial = $1")
            {
                Parameters = { new() { Value = trial.Value }, Reals(fit.Prediction), Reals(fit.Spread), Reals(fit.Mean) },
            });
        }
        if (trials.Count > 0) await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static NpgsqlParameter Reals(float[]? numbers) => numbers is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real }
        : new NpgsqlParameter<RealArray> { TypedValue = new RealArray(numbers) };
}
