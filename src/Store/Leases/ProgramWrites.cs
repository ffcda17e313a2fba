using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace SweepCluster.Store.Leases;

/// <summary>The statements of a flush that only a program's trial needs; they stand behind the fence of the same transaction.</summary>
internal static class ProgramWrites
{
    public static IEnumerable<NpgsqlBatchCommand> Of(Lease lease, Progress progress)
    {
        if (progress.RewindTo is { } epoch)
        {
            foreach (var sql in Rewinds) yield return Command(sql, lease, epoch);
        }
        if (progress.Metrics.Count > 0)
        {
            yield return Command(
                "INSERT INTO ledger.metrics (trial, epoch, name, value) SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::float8[]) ON CONFLICT (trial, name, epoch) DO UPDATE SET value = excluded.value",
                lease, progress.Metrics.Select(m => m.Epoch).ToArray(), progress.Metrics.Select(m => m.Name).ToArray(), progress.Metrics.Select(m => m.Value).ToArray());
            var last = Command("UPDATE ledger.trials SET metrics = coalesce(metrics, '{}') || $2 WHERE id = $1", lease);
            last.Parameters.Add(new() { Value = Json(progress.Metrics), NpgsqlDbType = NpgsqlDbType.Jsonb });
            yield return last;
        }
        if (progress.Log is { } log)
        {
            yield return Command(
                "INSERT INTO ledger.logs (trial, term, bytes, content) VALUES ($1, $2, $3, $4) ON CONFLICT (trial, term) DO UPDATE SET bytes = excluded.bytes, content = excluded.content",
                lease, lease.Term, log.Bytes, log.Text);
        }
    }

    private static readonly string[] Rewinds =
    [
        "DELETE FROM ledger.losses WHERE trial = $1 AND first_epoch > $2",
        "UPDATE ledger.losses SET training = training[:$2 - first_epoch + 1], validation = validation[:$2 - first_epoch + 1] WHERE trial = $1 AND first_epoch + cardinality(training) - 1 > $2",
        "DELETE FROM ledger.snapshots WHERE trial = $1 AND epoch > $2",
        "DELETE FROM ledger.metrics WHERE trial = $1 AND epoch > $2",
    ];

    private static string Json(IEnumerable<Metric> metrics) => JsonSerializer.Serialize(metrics.GroupBy(m => m.Name).ToDictionary(named => named.Key, named => named.Last().Value));

    private static NpgsqlBatchCommand Command(string sql, Lease lease, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = lease.Trial.Value } } };
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }
}
