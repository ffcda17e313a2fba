using Npgsql;

namespace SweepCluster.Reports.Rows;

/// <summary>θ at the epochs that kept it.</summary>
internal sealed partial class SweepReader
{
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

    /// <summary>Epochs at which the trial kept its parameters.</summary>
    public async Task<List<int>> SnapshotEpochsAsync(long trial, CancellationToken ct)
    {
        await using var command = Command("SELECT epoch::int FROM snapshots WHERE trial = $1 ORDER BY epoch", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var epochs = new List<int>();
        while (await reader.ReadAsync(ct))
            epochs.Add(reader.GetInt32(0));
        return epochs;
    }

    /// <summary>θ at one epoch; null where it was not kept.</summary>
    public async Task<float[]?> SnapshotAsync(long trial, int epoch, CancellationToken ct)
    {
        await using var command = Command("SELECT parameters FROM snapshots WHERE trial = $1 AND epoch = $2", trial);
        command.Parameters.Add(new NpgsqlParameter { Value = epoch });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? await reader.GetFieldValueAsync<float[]>(0, ct) : null;
    }

    /// <summary>Snapshots of one trial in order of epoch, evenly thinned to at most so many; the first and the last always stay.</summary>
    public async Task<List<Snapshot>> HistoryAsync(long trial, int most, CancellationToken ct)
    {
        var epochs = await SnapshotEpochsAsync(trial, ct);
        var chosen = epochs.Count <= most ? epochs : [.. Enumerable.Range(0, most).Select(i => epochs[i * (epochs.Count - 1) / (most - 1)])];
        var snapshots = new List<Snapshot>();
        await using var command = Command("SELECT epoch::int, parameters FROM snapshots WHERE trial = $1 AND epoch = ANY ($2) ORDER BY epoch", trial);
        command.Parameters.Add(new NpgsqlParameter { Value = chosen.ToArray() });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            snapshots.Add(new Snapshot(rows.GetInt32(0), await rows.GetFieldValueAsync<float[]>(1, ct)));
        return snapshots;
    }
}
