using Npgsql;

namespace SweepCluster.Reports.Telemetry;

/// <summary>One look at the store.</summary>
internal sealed record StoreCounts(
    IReadOnlyDictionary<string, long> Trials, long Waiting, double WaitingSeconds, IReadOnlyDictionary<string, long> Silos, long Slots,
    long Bytes, long Connections, long MostConnections)
{
    // Connections of all databases, for the limit is the server's: rows of other roles hide what they do, not where.
    // Trials of open sweeps only: what is closed costs nothing, however much it is.
    private const string Question =
        """
        SELECT t.state, s.state = 'Paused', count(*), extract(epoch FROM now() - min(s.created_at))::float8, extract(epoch FROM now() - max(t.started_at))::float8
        FROM public.sweeps s JOIN public.trials t ON t.sweep = s.id WHERE s.finished_at IS NULL GROUP BY 1, 2;
        SELECT state, count(*), sum(slots)::bigint FROM public.silos WHERE heartbeat_at > now() - interval '1 hour' GROUP BY state;
        SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL),
               current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
        """;

    /// <exception cref="NpgsqlException">The store does not answer.</exception>
    public static StoreCounts Read(NpgsqlDataSource source)
    {
        using var command = source.CreateCommand(Question);
        command.CommandTimeout = 10;
        using var reader = command.ExecuteReader();
        var trials = new Dictionary<string, long> { ["Pending"] = 0, ["Running"] = 0 };
        var (waiting, launched, started) = (0L, 0.0, double.MaxValue);
        while (reader.Read())
        {
            var (state, paused, count) = (reader.GetString(0), reader.GetBoolean(1), reader.GetInt64(2));
            trials[state] = trials.GetValueOrDefault(state) + count;
            if (!reader.IsDBNull(4)) started = Math.Min(started, reader.GetDouble(4));
            if (state != "Pending" || paused) continue;
            (waiting, launched) = (waiting + count, reader.GetDouble(3));
        }
        reader.NextResult();
        var silos = new Dictionary<string, long> { ["Running"] = 0, ["Lost"] = 0 };
        var slots = 0L;
        while (reader.Read())
        {
            silos[reader.GetString(0)] = reader.GetInt64(1);
            if (reader.GetString(0) == "Running") slots = reader.GetInt64(2);
        }
        reader.NextResult();
        reader.Read();
        return new StoreCounts(
            trials, waiting, waiting == 0 ? 0 : Math.Min(launched, started), silos, slots, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
