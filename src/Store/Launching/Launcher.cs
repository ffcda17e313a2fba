using Npgsql;
using NpgsqlTypes;
using SweepCluster.Contracts;

namespace SweepCluster.Store.Launching;

/// <summary>Puts a sweep and all its trials into the store, in one transaction: all of it or nothing.</summary>
public sealed class Launcher
{
    // Below this many rows any plan is fast, and sampling the table would be the longest part of a launch.
    private const long WorthAnalyzing = 200;

    private readonly NpgsqlDataSource _source;

    internal Launcher(NpgsqlDataSource source) => _source = source;

    /// <param name="specification">One of a table as it was read from its sweep file: the table's content goes into the store with it.</param>
    /// <param name="priority">Sweeps of a higher priority are claimed first.</param>
    public async Task<SweepId> LaunchAsync(Specification specification, int priority = 0, CancellationToken cancel = default)
    {
        var id = SweepId.New();
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var insert = new NpgsqlCommand(
            "INSERT INTO ledger.sweeps (id, name, specification, trials, priority, data_file, tests) VALUES ($1, $2, $3::json, $4, $5, $6, $7)", connection))
        {
            insert.Parameters.Add(new() { Value = id.Value });
            insert.Parameters.Add(new() { Value = specification.Name });
            insert.Parameters.Add(new() { Value = specification.ToJson() });
            insert.Parameters.Add(new() { Value = specification.TrialCount });
            insert.Parameters.Add(new() { Value = priority });
            insert.Parameters.Add(new() { Value = (object?)specification.DataFileSha256 ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            insert.Parameters.Add(new() { Value = specification.HasTestPart });
            await insert.ExecuteNonQueryAsync(cancel);
        }
        // After the sweep, which whoever removes tables waits for.
        if (specification.DataFile is { } file) await DataFileBook.KeepAsync(connection, file.Sha256, file.Content, cancel);
        await CopyTrialsAsync(connection, id, specification, cancel);
        await using (var announce = new NpgsqlCommand("SELECT pg_notify('sweep_work', $1)", connection) { Parameters = { new() { Value = id.Value } } })
            await announce.ExecuteNonQueryAsync(cancel);
        // Statements planned while the table was small must not be kept now that it is large.
        if (specification.TrialCount >= WorthAnalyzing)
        {
            await using var analyze = new NpgsqlCommand("ANALYZE ledger.trials", connection);
            await analyze.ExecuteNonQueryAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
        return id;
    }

    // Replicates outermost, as they are claimed: the whole grid is seen once before any of it twice.
    private static async Task CopyTrialsAsync(NpgsqlConnection connection, SweepId sweep, Specification specification, CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY ledger.trials (sweep, ordinal, replicate, configuration) FROM STDIN (FORMAT BINARY)", cancel);
        for (var replicate = 0; replicate < specification.Replicates; replicate++)
        {
            for (var ordinal = 0L; ordinal < specification.ConfigurationCount; ordinal++)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(sweep.Value, NpgsqlDbType.Text, cancel);
                await copy.WriteAsync(ordinal, NpgsqlDbType.Bigint, cancel);
                await copy.WriteAsync(replicate, NpgsqlDbType.Integer, cancel);
                await copy.WriteAsync(specification.ConfigurationAt(ordinal).ToJson(), NpgsqlDbType.Json, cancel);
            }
        }
        await copy.CompleteAsync(cancel);
    }
}
