using System.Data;
using System.IO.Compression;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using SweepCluster.Contracts;
using SweepCluster.Store.Archive;

namespace SweepCluster.Store;

/// <summary>A sweep as it now stands in a store.</summary>
/// <param name="Open">Trials that have not ended; a sweep that has some arrives paused.</param>
/// <param name="Checked">Final θs whose SHA-256 was computed again and is the recorded one.</param>
public sealed record Imported(SweepId Id, string Name, long Trials, long Open, long Checked);

/// <summary>
/// A whole sweep as one file: a zip of a manifest and of one entry per table, each a PostgreSQL binary COPY of plain columns. Trials
/// are named by their place in the grid, since another store gives them other ids.
/// </summary>
public sealed class SweepArchive
{
    private readonly NpgsqlDataSource _source;

    internal SweepArchive(NpgsqlDataSource source) => _source = source;

    /// <summary>Writes the sweep as it is at one moment, whatever is written meanwhile.</summary>
    public async Task ExportAsync(SweepId sweep, Stream file, CancellationToken cancel = default)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
        var hashes = new Dictionary<string, string>();
        foreach (var table in ArchiveTable.All)
        {
            await using var entry = await zip.CreateEntry(table.Name, CompressionLevel.Fastest).OpenAsync(cancel);
            await using var hashing = new HashingStream(entry);
            // COPY takes no parameters; an id is letters and digits, and is quoted as if it were not.
            var select = table.Select.Replace("$1", $"'{sweep.Value.Replace("'", "''", StringComparison.Ordinal)}'", StringComparison.Ordinal);
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY ({select}) TO STDOUT (FORMAT BINARY)", cancel))
                await copy.CopyToAsync(hashing, cancel);
            hashes[table.Name] = hashing.Finish();
        }
        var manifest = await ManifestAsync(connection, sweep, hashes, cancel);
        await using (var entry = await zip.CreateEntry(ArchiveManifest.Entry).OpenAsync(cancel))
            manifest.Write(entry);
    }

    /// <summary>Puts an exported sweep into this store, under its id: all of it or nothing.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="hashOf">SHA-256 of a θ, as trials record it.</param>
    /// <exception cref="FormatException">Not an archive, or damaged, or its numbers are not the ones that were exported.</exception>
    /// <exception cref="SweepExistsException">The store has that sweep already.</exception>
    public async Task<Imported> ImportAsync(Stream file, Func<float[], string> hashOf, CancellationToken cancel = default)
    {
        try
        {
            await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancel);
            await using var entry = await Entry(zip, ArchiveManifest.Entry).OpenAsync(cancel);
            var manifest = ArchiveManifest.Read(entry);
            return await ImportAsync(zip, manifest, Specification.FromJson(manifest.Specification.GetRawText()), hashOf, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>
    /// Bytes that are no COPY (22P04, 22P03; 08P01 where they end too early), or a value that such a table may not hold (classes 22, 23), or one
    /// that is larger than anything may be (class 54).
    /// </summary>
    private static bool SaysTheDataIsWrong(string state) => state == PostgresErrorCodes.ProtocolViolation || state[..2] is "22" or "23" or "54";

    private async Task<Imported> ImportAsync(ZipArchive zip, ArchiveManifest manifest, Specification specification, Func<float[], string> hashOf, CancellationToken cancel)
    {
        var sweep = SweepId.TryParse(manifest.Id) ?? throw new FormatException($"its {ArchiveManifest.Entry} gives an id that is none: eight digits and small letters were expected");
        if (manifest.Name != specification.Name) throw new FormatException($"its {ArchiveManifest.Entry} names another sweep than its specification does");
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await InsertSweepAsync(connection, manifest, specification, cancel);
        foreach (var table in ArchiveTable.All.Where(table => table.Since <= manifest.Version))
        {
            try
            {
                await TakeAsync(connection, zip, manifest, table, sweep, cancel);
            }
            catch (PostgresException e) when (SaysTheDataIsWrong(e.SqlState))
            {
                throw new FormatException($"its entry {table.Name} holds what it may not: {e.MessageText}", e);
            }
        }
        if (manifest.Version < 3)
            await ExecuteAsync(connection, "UPDATE ledger.trials SET tested_at = finished_at WHERE sweep = $1 AND test_loss IS NOT NULL", cancel, sweep.Value);
        await CheckTableAsync(connection, specification, cancel);
        var open = await CheckTrialsAsync(connection, sweep, specification, cancel);
        var hashed = await CheckParametersAsync(connection, sweep, hashOf, cancel);
        await ExecuteAsync(connection, "ANALYZE ledger.trials", cancel);
        await transaction.CommitAsync(cancel);
        return new Imported(sweep, manifest.Name, specification.TrialCount, open, hashed);
    }

    /// <summary>One entry, through a table of its own columns, into the ledger.</summary>
    private static async Task TakeAsync(NpgsqlConnection connection, ZipArchive zip, ArchiveManifest manifest, ArchiveTable table, SweepId sweep, CancellationToken cancel)
    {
        await ExecuteAsync(connection, $"CREATE TEMP TABLE staged ({table.Columns}) ON COMMIT DROP", cancel);
        await using (var entry = await Entry(zip, table.Name).OpenAsync(cancel))
        {
            await using var hashing = new HashingStream(entry);
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY staged ({string.Join(", ", table.ColumnsIn(manifest.Version))}) FROM STDIN (FORMAT BINARY)", cancel))
                await hashing.CopyToAsync(copy, cancel);
            if (!manifest.Hashes.TryGetValue(table.Name, out var expected) || hashing.Finish() != expected)
                throw new FormatException($"its entry {table.Name} does not have the SHA-256 that {ArchiveManifest.Entry} gives");
        }
        if (table.IsOfTrials && await AnyStrayAsync(connection, cancel))
            throw new FormatException($"its entry {table.Name} has rows of trials that the sweep does not have");
        await ExecuteAsync(connection, table.Insert, cancel, table.Insert.Contains("$1", StringComparison.Ordinal) ? [sweep.Value] : []);
        await ExecuteAsync(connection, "DROP TABLE staged", cancel);
        if (table.Name == "trials")
            await ExecuteAsync(connection, $"CREATE TEMP TABLE placed ON COMMIT DROP AS SELECT ordinal, replicate, id FROM ledger.trials WHERE sweep = '{sweep}'", cancel);
    }

    private static async Task<bool> AnyStrayAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM staged LEFT JOIN placed USING (ordinal, replicate) WHERE placed.id IS NULL)", connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    private static async Task<ArchiveManifest> ManifestAsync(NpgsqlConnection connection, SweepId sweep, Dictionary<string, string> hashes, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT name, specification, priority, created_at, paused_at, cancelled_at, closed_at, completed, failed, cancelled, selected, selected_at FROM ledger.sweeps WHERE id = $1", connection)
        { Parameters = { new() { Value = sweep.Value } } };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel)) throw new InvalidOperationException($"the store has no sweep {sweep}");
        using var specification = JsonDocument.Parse(reader.GetString(1));
        return new ArchiveManifest(
            ArchiveManifest.OurFormat, ArchiveManifest.OurVersion, sweep.Value, reader.GetString(0), specification.RootElement.Clone(), reader.GetInt32(2),
            reader.GetDateTime(3), Moment(4), Moment(5), Moment(6), Count(7), Count(8), Count(9), hashes)
        {
            Selected = Count(10),
            SelectedAt = Moment(11),
        };

        DateTime? Moment(int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);
        long? Count(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
    }

    private static async Task InsertSweepAsync(NpgsqlConnection connection, ArchiveManifest manifest, Specification specification, CancellationToken cancel)
    {
        await using var insert = new NpgsqlCommand(
            // What is still open was open elsewhere too: it arrives paused, and somebody decides where it goes on.
            """
            INSERT INTO ledger.sweeps (id, name, specification, trials, priority, created_at, paused_at, cancelled_at, closed_at, completed, failed, cancelled, selected, selected_at, data_file, tests, cores)
            VALUES ($1, $2, $3::json, $4, $5, $6, CASE WHEN $9 IS NULL THEN coalesce($7, now()) ELSE $7 END, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT DO NOTHING
            """, connection);
        foreach (var value in (object[])[manifest.Id, manifest.Name, specification.ToJson(), specification.TrialCount, manifest.Priority, manifest.CreatedAt.ToUniversalTime()])
            insert.Parameters.Add(new() { Value = value });
        foreach (var moment in (DateTime?[])[manifest.PausedAt, manifest.CancelledAt, manifest.ClosedAt])
            insert.Parameters.Add(new() { Value = (object?)moment?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        foreach (var count in (long?[])[manifest.Completed, manifest.Failed, manifest.Cancelled])
            insert.Parameters.Add(new() { Value = (object?)count ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        insert.Parameters.Add(new() { Value = (object?)manifest.Selected ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        insert.Parameters.Add(new() { Value = (object?)manifest.SelectedAt?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        insert.Parameters.Add(new() { Value = (object?)specification.DataFileSha256 ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        insert.Parameters.Add(new() { Value = specification.HasTestPart && manifest.Version >= 3 });
        insert.Parameters.Add(new() { Value = specification.Cores });
        if (await insert.ExecuteNonQueryAsync(cancel) == 0)
            throw new SweepExistsException(new SweepId(manifest.Id), manifest.Name);
    }

    private static async Task CheckTableAsync(NpgsqlConnection connection, Specification specification, CancellationToken cancel)
    {
        if (specification.DataFileSha256 is not { } sha256) return;
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM ledger.data_files WHERE sha256 = $1)", connection) { Parameters = { new() { Value = sha256 } } };
        if (await command.ExecuteScalarAsync(cancel) is not true)
            throw new FormatException($"it lacks the table that its specification names (SHA-256 {sha256})");
    }

    /// <returns>How many have not ended.</returns>
    private static async Task<long> CheckTrialsAsync(NpgsqlConnection connection, SweepId sweep, Specification specification, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT ordinal, replicate, configuration, state FROM ledger.trials WHERE sweep = $1 ORDER BY replicate, ordinal", connection) { Parameters = { new() { Value = sweep.Value } } };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var (count, open) = (0L, 0L);
        for (; await reader.ReadAsync(cancel); count++)
        {
            var (ordinal, replicate) = (count % specification.ConfigurationCount, count / specification.ConfigurationCount);
            if (reader.GetInt64(0) != ordinal || reader.GetInt32(1) != replicate || !Configuration.FromJson(reader.GetString(2)).Equals(specification.ConfigurationAt(ordinal)))
                throw new FormatException($"its trial {reader.GetInt64(0)}/{reader.GetInt32(1)} is not the one that its specification has there");
            if (reader.GetString(3) == nameof(TrialState.Pending)) open++;
        }
        return count == specification.TrialCount ? open : throw new FormatException($"it has {count} trials, and its specification asks for {specification.TrialCount}");
    }

    /// <returns>How many θs were looked at: one for each trial that recorded a hash.</returns>
    private static async Task<long> CheckParametersAsync(NpgsqlConnection connection, SweepId sweep, Func<float[], string> hashOf, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT t.ordinal, t.replicate, t.theta_sha256, s.parameters FROM ledger.trials t
            LEFT JOIN LATERAL (SELECT parameters FROM ledger.snapshots WHERE trial = t.id ORDER BY epoch DESC LIMIT 1) s ON true
            WHERE t.sweep = $1 AND t.theta_sha256 IS NOT NULL
            """, connection)
        { Parameters = { new() { Value = sweep.Value } }, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        long count = 0;
        for (; await reader.ReadAsync(cancel); count++)
        {
            var (ordinal, replicate, recorded) = (reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2));
            if (await reader.IsDBNullAsync(3, cancel) || hashOf(await reader.GetFieldValueAsync<float[]>(3, cancel)) != recorded)
                throw new FormatException($"the last parameters of its trial {ordinal}/{replicate} do not have the SHA-256 that the trial recorded");
        }
        return count;
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name) => zip.GetEntry(name) ?? throw new FormatException($"it has no {name}");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
