using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace SweepCluster.Reports.Rows;

/// <summary>
/// Reads one sweep from the documented views, all in one read-only transaction: a report of a sweep that is still training
/// shows one moment of it. Nothing but SELECT is sent, so a read-only role suffices.
/// </summary>
internal sealed class SweepReader : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private SweepReader(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    public static async Task<SweepReader> OpenAsync(NpgsqlDataSource store, CancellationToken ct)
    {
        var opened = await store.OpenConnectionAsync(ct);
        try
        {
            var reader = new SweepReader(opened, await opened.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct));
            await using var command = reader.Command("SET TRANSACTION READ ONLY");
            await command.ExecuteNonQueryAsync(ct);
            return reader;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    public async Task<SweepRow?> SweepAsync(string id, CancellationToken ct)
    {
        await using var command = Command(
            "SELECT id::text, name, state::text, trials::int, completed::int, failed::int, specification::text FROM sweeps WHERE id::text = $1", id);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        return new SweepRow(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5),
            Json(reader.GetString(6)));
    }

    public async Task<List<TrialRow>> TrialsAsync(string sweep, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT id, ordinal::int, replicate::int, configuration::text, state::text, attempts::int, silo::text, coalesce(epochs, 0)::int,
                   training_loss::float8, validation_loss::float8, test_loss::float8, best_validation_loss::float8, seconds::float8,
                   theta_sha256::text, error, started_at::timestamptz, finished_at::timestamptz
            FROM trials WHERE sweep::text = $1 ORDER BY ordinal, replicate, id
            """,
            sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var trials = new List<TrialRow>();
        while (await reader.ReadAsync(ct))
        {
            trials.Add(new TrialRow(
                reader.GetInt64(0), reader.GetInt32(1), reader.GetInt32(2), Json(reader.GetString(3)), reader.GetString(4),
                reader.GetInt32(5), Text(reader, 6), reader.GetInt32(7), Number(reader, 8), Number(reader, 9), Number(reader, 10),
                Number(reader, 11), Number(reader, 12), Text(reader, 13), Text(reader, 14), Instant(reader, 15), Instant(reader, 16)));
        }

        return trials;
    }

    /// <summary>One row of <c>losses</c> after another, by trial and epoch, without holding them.</summary>
    public async IAsyncEnumerable<(long Trial, int Epoch, double Training, double Validation)> LossesAsync(
        string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT l.trial, l.epoch::int, l.training::float8, l.validation::float8
            FROM trials t JOIN losses l ON l.trial = t.id WHERE t.sweep::text = $1 ORDER BY t.ordinal, t.replicate, l.trial, l.epoch
            """,
            sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return (reader.GetInt64(0), reader.GetInt32(1), Number(reader, 2) ?? double.NaN, Number(reader, 3) ?? double.NaN);
    }

    public async Task<Losses> LossesAsync(long trial, CancellationToken ct)
    {
        await using var command = Command(
            "SELECT epoch::int, training::float8, validation::float8 FROM losses WHERE trial = $1 ORDER BY epoch", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var epoch = new List<int>();
        var training = new List<double>();
        var validation = new List<double>();
        while (await reader.ReadAsync(ct))
        {
            epoch.Add(reader.GetInt32(0));
            training.Add(Number(reader, 1) ?? double.NaN);
            validation.Add(Number(reader, 2) ?? double.NaN);
        }

        return new Losses([.. epoch], [.. training], [.. validation]);
    }

    /// <summary>The first and the last snapshot; null where the trial has none.</summary>
    public async Task<Snapshots?> SnapshotsAsync(long trial, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT epoch::int, parameters FROM snapshots WHERE trial = $1
            AND epoch IN ((SELECT min(epoch) FROM snapshots WHERE trial = $1), (SELECT max(epoch) FROM snapshots WHERE trial = $1))
            ORDER BY epoch
            """,
            trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var (first, initial) = (reader.GetInt32(0), await reader.GetFieldValueAsync<float[]>(1, ct));
        return await reader.ReadAsync(ct)
            ? new Snapshots(first, initial, reader.GetInt32(0), await reader.GetFieldValueAsync<float[]>(1, ct))
            : new Snapshots(first, initial, first, initial);
    }

    public async Task<Fit> FitAsync(long trial, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT (x)[1]::float8, part::text, target::float8, prediction::float8, spread::float8, coalesce(array_length(x, 1), 0)
            FROM fits WHERE trial = $1 ORDER BY (x)[1], row
            """,
            trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (x, part, target, prediction, spread) = (new List<double>(), new List<string>(), new List<double>(), new List<double>(), new List<double>());
        var inputs = 0;
        while (await reader.ReadAsync(ct))
        {
            x.Add(Number(reader, 0) ?? double.NaN);
            part.Add(string.Intern(reader.GetString(1)));
            target.Add(Number(reader, 2) ?? double.NaN);
            prediction.Add(Number(reader, 3) ?? double.NaN);
            spread.Add(Number(reader, 4) ?? double.NaN);
            inputs = Math.Max(inputs, reader.GetInt32(5));
        }

        return new Fit([.. x], [.. part], [.. target], [.. prediction], [.. spread], inputs);
    }

    private NpgsqlCommand Command(string sql, object? parameter = null)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        if (parameter is string text)
            command.Parameters.Add(new NpgsqlParameter { Value = text, NpgsqlDbType = NpgsqlDbType.Text });
        else if (parameter is not null)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static double? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTime? Instant(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);
}
