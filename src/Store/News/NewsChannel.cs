using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Npgsql;
using SweepCluster.Contracts;

namespace SweepCluster.Store.News;

/// <summary>
/// Live news through the store without asking it: silos send what is new at most so often, and only while somebody watches; each
/// watcher hears all of it on one connection. A hundred watchers cost the store no more statements than one.
/// </summary>
public sealed class NewsChannel
{
    /// <summary>A silo sends news for so long after the last watcher's word.</summary>
    public static readonly TimeSpan Attention = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;

    internal NewsChannel(NpgsqlDataSource source) => _source = source;

    public Task PublishAsync(SweepId sweep, IReadOnlyCollection<TrialNews> news, CancellationToken cancel = default) =>
        NotifyAsync(StoreChannels.News, [.. NewsText.Write(sweep, news)], cancel);

    /// <summary>Counts for all watchers of a sweep, so that one of them counts for the others.</summary>
    public Task PublishAsync(SweepId sweep, IReadOnlyDictionary<TrialState, long> counts, CancellationToken cancel = default) =>
        NotifyAsync(StoreChannels.News, [NewsText.Write(sweep, counts)], cancel);

    /// <summary>What silos say of the sweep's trials, until cancelled. A store that is away ends nothing: it goes on when it is back.</summary>
    public async IAsyncEnumerable<TrialNews> FollowAsync(SweepId sweep, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var text in ListenAsync(sweep, TimeProvider.System, cancel))
        {
            foreach (var news in NewsText.Read(text, sweep).News) yield return news;
        }
    }

    /// <summary>The texts of all news; those of other sweeps among them.</summary>
    public async IAsyncEnumerable<string> ListenAsync(SweepId sweep, TimeProvider time, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        // Who does not read fast enough misses the oldest: news is worth only its freshness.
        var heard = Channel.CreateBounded<string>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var listening = HearAsync(sweep, text => heard.Writer.TryWrite(text), time, leaving.Token);
        try
        {
            await foreach (var text in heard.Reader.ReadAllAsync(cancel)) yield return text;
        }
        finally
        {
            await leaving.CancelAsync();
            await listening;
        }
    }

    private async Task HearAsync(SweepId sweep, Action<string> heard, TimeProvider time, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancel);
                // One watcher's word does for all of a sweep: who hears another's says nothing itself.
                var said = (At: time.GetTimestamp(), For: TimeSpan.Zero);
                connection.Notification += (_, e) =>
                {
                    if (e.Channel == StoreChannels.News) heard(e.Payload);
                    else if (e.Payload == sweep.Value) said = (time.GetTimestamp(), Spread(SayAgain));
                };
                await ExecuteAsync(connection, $"LISTEN {StoreChannels.News}; LISTEN {StoreChannels.Watch}", cancel);
                try
                {
                    while (true)
                    {
                        await ExecuteAsync(connection, $"NOTIFY {StoreChannels.Watch}, '{sweep.Value.Replace("'", "''", StringComparison.Ordinal)}'", cancel);
                        said = (time.GetTimestamp(), Spread(SayAgain));
                        // Less than a millisecond would be none, and none means for ever.
                        while (said.For - time.GetElapsedTime(said.At) is var left && left > TimeSpan.Zero)
                            await connection.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), cancel);
                    }
                }
                finally
                {
                    // It goes back to a pool: the next user must not be told.
                    if (connection.FullState == System.Data.ConnectionState.Open) await ExecuteAsync(connection, "UNLISTEN *", CancellationToken.None);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                await Task.Delay(Reconnect, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Up to twice as long, so that of many who wait one is first.
    private static TimeSpan Spread(TimeSpan wait) => wait * (1 + (RandomNumberGenerator.GetInt32(1000) / 1000.0));

    private async Task NotifyAsync(string channel, string[] texts, CancellationToken cancel)
    {
        await using var command = _source.CreateCommand("SELECT pg_notify($1, t) FROM unnest($2::text[]) t");
        command.Parameters.Add(new() { Value = channel });
        command.Parameters.Add(new() { Value = texts });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
