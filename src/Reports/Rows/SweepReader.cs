using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using SweepCluster.Contracts;

namespace SweepCluster.Reports.Rows;

/// <summary>
/// Reads one sweep from the documented views, all in one read-only transaction: a report of a sweep that is still training
/// shows one moment of it. Nothing but SELECT is sent, so a read-only role suffices.
/// </summary>
internal sealed partial class SweepReader : IAsyncDisposable
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

    /// <summary>All trials of a sweep as columns, streamed: nothing but these columns is ever held.</summary>
    /// <param name="by">What figures draw; null: the objective.</param>
    /// <exception cref="UnknownMeasureException">No trial has a number of that name.</exception>
    public async Task<TrialColumns> ColumnsAsync(string sweep, CancellationToken ct, string? by = null)
    {
        var measures = (await MeasuresAsync(sweep, ct)).Show(by);
        var columns = new TrialColumns(await GridKeysAsync(sweep, ct)) { Measures = measures };
        await using var command = Command(
            """
            SELECT t.id, t.ordinal::int, t.replicate::int, t.configuration::text, t.state::text, t.training_loss::float8, t.validation_loss::float8,
                   d.irreducible_error::float8, (t.metrics ->> $2)::float8, (t.metrics ->> $3)::float8
            FROM trials t LEFT JOIN data_sets d ON d.trial = t.id
            WHERE t.sweep::text = $1 ORDER BY t.ordinal, t.replicate, t.id
            """,
            sweep, measures.Objective.Name, measures.Shown.Name);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (training, validation) = (Number(reader, 5), Number(reader, 6));
            columns.Add(
                reader.GetInt64(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3), reader.GetString(4), training, validation, Number(reader, 7),
                (Of(measures.Objective, Number(reader, 8)), Of(measures.Shown, Number(reader, 9))));

            double? Of(Measure measure, double? metric) => new Objective(measure.Name, false).Among(training, validation, metric);
        }

        return columns;
    }

    /// <summary>The grid's keys in the order of the sweep file, which configurations, being jsonb, do not keep.</summary>
    public async Task<List<string>> GridKeysAsync(string sweep, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT axis.value ->> 'key' FROM sweeps s, unnest(ARRAY['grid', 'search,space']) WITH ORDINALITY part (path, first),
            jsonb_array_elements(CASE WHEN jsonb_typeof(s.specification #> string_to_array(part.path, ',')) = 'array' THEN s.specification #> string_to_array(part.path, ',') ELSE '[]' END)
            WITH ORDINALITY axis (value, place) WHERE s.id::text = $1 AND axis.value ->> 'key' IS NOT NULL ORDER BY part.first, axis.place
            """,
            sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<string>();
        while (await reader.ReadAsync(ct))
            keys.Add(reader.GetString(0));
        return keys;
    }

    /// <summary>One trial after another, in order of ordinal and replicate, without holding them.</summary>
    public async IAsyncEnumerable<TrialRow> TrialsAsync(string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Command(TrialRows + " WHERE sweep::text = $1 ORDER BY ordinal, replicate, id", sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return Trial(reader);
    }

    /// <summary>Some trials, in order of ordinal and replicate.</summary>
    public async Task<List<TrialRow>> TrialsAsync(IReadOnlyCollection<long> ids, CancellationToken ct)
    {
        await using var command = Command(TrialRows + " WHERE id = ANY ($1) ORDER BY ordinal, replicate, id", ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var trials = new List<TrialRow>();
        while (await reader.ReadAsync(ct))
            trials.Add(Trial(reader));
        return trials;
    }

    /// <summary>The sweep a trial belongs to; null where there is no such trial.</summary>
    public async Task<string?> SweepOfAsync(long trial, CancellationToken ct)
    {
        await using var command = Command("SELECT sweep::text FROM trials WHERE id = $1", trial);
        return await command.ExecuteScalarAsync(ct) as string;
    }

    public async Task<List<AttemptRow>> AttemptsAsync(long trial, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT a.term::int, a.silo::text, s.host::text, a.started_at::timestamptz, a.ended_at::timestamptz, a.outcome::text
            FROM attempts a LEFT JOIN silos s ON s.id = a.silo WHERE a.trial = $1 ORDER BY a.term
            """,
            trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var attempts = new List<AttemptRow>();
        while (await reader.ReadAsync(ct))
            attempts.Add(new AttemptRow(reader.GetInt32(0), Text(reader, 1), Text(reader, 2), Instant(reader, 3), Instant(reader, 4), reader.GetString(5)));
        return attempts;
    }

    /// <summary>What the trial's program printed in its last attempt that printed something; null where there is nothing.</summary>
    public async Task<LogRow?> LogAsync(long trial, CancellationToken ct)
    {
        await using var command = Command("SELECT term::int, bytes, content FROM logs WHERE trial = $1 ORDER BY term DESC LIMIT 1", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new LogRow(reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2)) : null;
    }

    public async Task<DataSetRow?> DataSetAsync(long trial, CancellationToken ct)
    {
        await using var command = Command("SELECT sha256::text, rows::int, irreducible_error::float8 FROM data_sets WHERE trial = $1", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new DataSetRow(reader.GetString(0), reader.GetInt32(1), Number(reader, 2)) : null;
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

    public async Task<Losses> LossesAsync(long trial, CancellationToken ct) =>
        (await LossesAsync([trial], ct)).GetValueOrDefault(trial, Losses.None);

    /// <summary>Losses of some trials; a trial without any is not in it.</summary>
    public async Task<Dictionary<long, Losses>> LossesAsync(IReadOnlyCollection<long> trials, CancellationToken ct)
    {
        await using var command = Command(
            "SELECT trial, epoch::int, training::float8, validation::float8 FROM losses WHERE trial = ANY ($1) ORDER BY trial, epoch", trials.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new Dictionary<long, Losses>();
        var (epoch, training, validation) = (new List<int>(), new List<double>(), new List<double>());
        var last = 0L;
        while (await reader.ReadAsync(ct))
        {
            var trial = reader.GetInt64(0);
            if (trial != last)
                Keep();
            last = trial;
            epoch.Add(reader.GetInt32(1));
            training.Add(Number(reader, 2) ?? double.NaN);
            validation.Add(Number(reader, 3) ?? double.NaN);
        }

        Keep();
        return found;

        void Keep()
        {
            if (epoch.Count > 0)
                found[last] = new Losses([.. epoch], [.. training], [.. validation]);
            epoch.Clear();
            training.Clear();
            validation.Clear();
        }
    }

    internal const string TrialRows =
        """
        SELECT id, ordinal::int, replicate::int, configuration::text, state::text, attempts::int, silo::text, coalesce(epochs, 0)::int,
               training_loss::float8, validation_loss::float8, test_loss::float8, best_validation_loss::float8, seconds::float8,
               theta_sha256::text, error, started_at::timestamptz, finished_at::timestamptz, stopped_by::text, theta_epoch::int, tested_at::timestamptz, metrics::text
        FROM trials
        """;

    internal static TrialRow Trial(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt32(1), reader.GetInt32(2), Json(reader.GetString(3)), reader.GetString(4),
        reader.GetInt32(5), Text(reader, 6), reader.GetInt32(7), Number(reader, 8), Number(reader, 9), Number(reader, 10),
        Number(reader, 11), Number(reader, 12), Text(reader, 13), Text(reader, 14), Instant(reader, 15), Instant(reader, 16))
    {
        StoppedBy = Text(reader, 17),
        ThetaEpoch = reader.IsDBNull(18) ? null : reader.GetInt32(18),
        TestedAt = Instant(reader, 19),
        MetricsJson = reader.GetString(20),
    };

    private NpgsqlCommand Command(string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter is string text ? new NpgsqlParameter { Value = text, NpgsqlDbType = NpgsqlDbType.Text } : new NpgsqlParameter { Value = parameter });
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
