using System.Runtime.CompilerServices;

namespace SweepCluster.Reports.Rows;

/// <summary>What programs report besides losses.</summary>
internal sealed partial class SweepReader
{
    /// <summary>What the sweep's trials can be compared by; the objective is shown.</summary>
    public async Task<Measures> MeasuresAsync(string sweep, CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT specification -> 'objective' ->> 'metric', coalesce(specification -> 'objective' ->> 'direction', '') = 'maximize',
                   array(SELECT DISTINCT jsonb_object_keys(metrics) FROM trials t WHERE t.sweep = s.id AND metrics <> '{}' ORDER BY 1)
            FROM sweeps s WHERE s.id::text = $1
            """,
            sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Measures.Default;
        var objective = new Measure(Text(reader, 0) ?? Measure.Validation.Name, reader.GetBoolean(1));
        return new Measures(objective, objective, reader.GetFieldValue<string[]>(2));
    }

    /// <summary>What one trial's program reported besides losses, each metric over its epochs.</summary>
    public async Task<Dictionary<string, Series>> MetricsAsync(long trial, CancellationToken ct)
    {
        await using var command = Command("SELECT name, array_agg(epoch::float8 ORDER BY epoch), array_agg(value ORDER BY epoch) FROM metrics WHERE trial = $1 GROUP BY name", trial);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var metrics = new Dictionary<string, Series>();
        while (await reader.ReadAsync(ct))
            metrics[reader.GetString(0)] = new Series(reader.GetFieldValue<double[]>(1), reader.GetFieldValue<double[]>(2));
        return metrics;
    }

    /// <summary>One metric of some trials over its epochs; a trial without any is not in it.</summary>
    public async Task<Dictionary<long, Series>> MetricAsync(IReadOnlyCollection<long> trials, string name, CancellationToken ct)
    {
        await using var command = Command("SELECT trial, array_agg(epoch::float8 ORDER BY epoch), array_agg(value ORDER BY epoch) FROM metrics WHERE trial = ANY ($1) AND name = $2 GROUP BY trial", trials.ToArray(), name);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var metrics = new Dictionary<long, Series>();
        while (await reader.ReadAsync(ct))
            metrics[reader.GetInt64(0)] = new Series(reader.GetFieldValue<double[]>(1), reader.GetFieldValue<double[]>(2));
        return metrics;
    }

    /// <summary>One row of <c>metrics</c> after another, by trial, name and epoch, without holding them.</summary>
    public async IAsyncEnumerable<(long Trial, int Epoch, string Name, double Value)> MetricRowsAsync(string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Command(
            """
            SELECT m.trial, m.epoch::int, m.name, m.value
            FROM trials t JOIN metrics m ON m.trial = t.id WHERE t.sweep::text = $1 ORDER BY t.ordinal, t.replicate, m.trial, m.name COLLATE "C", m.epoch
            """,
            sweep);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return (reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2), reader.GetDouble(3));
    }
}
