using System.Diagnostics;
using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>How far a sweep is, by the store: whoever trained it.</summary>
internal sealed record Tally(long Ended, long Failed, double Epochs)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Counting a million trials takes a while; looking at them should not be what the store does all day.
    private const int RestPerWork = 20;

    public static async Task<Tally> ReadAsync(NpgsqlDataSource store, SweepId sweep, CancellationToken cancel = default)
    {
        await using var command = store.CreateCommand(
            """
            SELECT count(*) FILTER (WHERE state NOT IN ('Pending', 'Running')), count(*) FILTER (WHERE state = 'Failed'), coalesce(sum(epochs), 0)::float8
            FROM trials WHERE sweep = $1
            """);
        command.Parameters.Add(new() { Value = sweep.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new Tally(reader.GetInt64(0), reader.GetInt64(1), reader.GetDouble(2));
    }

    /// <summary>Reads again and again until cancelled. A store that is away is the silo's to complain about.</summary>
    public static async Task FollowAsync(NpgsqlDataSource store, SweepId sweep, Action<Tally> heard, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var clock = Stopwatch.StartNew();
                try
                {
                    heard(await ReadAsync(store, sweep, cancel));
                }
                catch (NpgsqlException)
                {
                }
                var rest = clock.Elapsed * RestPerWork;
                await Task.Delay(rest > Interval ? rest : Interval, cancel);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
