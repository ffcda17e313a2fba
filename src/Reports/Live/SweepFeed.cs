using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Reports.Api;
using SweepCluster.Store;
using SweepCluster.Store.News;

namespace SweepCluster.Reports.Live;

/// <summary>
/// One sweep's progress for all who watch it. The store is asked by one loop, however many watchers: at most once a second, and
/// never for more than a twentieth of the time; between, silos' announcements bring losses. Without watchers the loop ends.
/// </summary>
#pragma warning disable CA1001 // The loop's source is disposed when the last watcher leaves or the sweep ends, whichever is first.
internal sealed class SweepFeed(string sweep, NpgsqlDataSource store, NewsChannel? news, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(400);
    private const double Share = 0.05;

    // Each text is the whole state: who misses one misses nothing.
    private const int Unread = 2;

    private readonly ConcurrentDictionary<long, TrialNews> _heard = new();
    private readonly List<Channel<string>> _watchers = [];
    private CancellationTokenSource? _running;
    private string? _last;

    public bool IsIdle
    {
        get
        {
            lock (_watchers)
                return _watchers.Count == 0;
        }
    }

    /// <summary>States as JSON, from now on; ends with the sweep.</summary>
    public ChannelReader<string> Join(out Action leave)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(Unread) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_watchers)
        {
            _watchers.Add(channel);
            if (_last is not null)
                channel.Writer.TryWrite(_last);
            if (_running is null)
            {
                _running = new CancellationTokenSource();
                _ = RunAsync(_running.Token);
            }
        }

        leave = () =>
        {
            lock (_watchers)
            {
                _watchers.Remove(channel);
                if (_watchers.Count == 0)
                    Stop();
            }
        };
        return channel.Reader;
    }

    private void Stop()
    {
        _running?.Cancel();
        _running?.Dispose();
        (_running, _last) = (null, null);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ears = news is null ? Task.CompletedTask : ListenAsync(news, listening.Token);
        try
        {
            LiveState? state = null;
            var (read, wait) = (0L, TimeSpan.Zero);
            while (!stop.IsCancellationRequested)
            {
                if (state is null || time.GetElapsedTime(read) >= wait)
                {
                    var began = time.GetTimestamp();
                    state = await ReadAsync(state, stop);
                    read = time.GetTimestamp();
                    wait = Period + (time.GetElapsedTime(began) / Share);
                }
                else
                {
                    state = state with { Running = [.. state.Running.Select(trial => _heard.TryGetValue(trial.Id, out var heard) ? LiveReader.Heard(trial, heard) : trial)] };
                }

                Tell(state);
                if (!state.IsOpen && state.Note is null)
                    break;
                await Task.Delay(Beat, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
        finally
        {
            await listening.CancelAsync();
            await ears.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            End(stop);
        }
    }

    private async Task<LiveState> ReadAsync(LiveState? last, CancellationToken stop)
    {
        try
        {
            return await LiveReader.ReadAsync(store, sweep, _heard, stop) ?? new LiveState("Gone", 0, 0, new Dictionary<string, long>(), [], IsOpen: false);
        }
        catch (Exception e) when (StoreFailures.IsPassing(e) && e is not OperationCanceledException)
        {
            return (last ?? new LiveState("Unknown", 0, 0, new Dictionary<string, long>(), [], IsOpen: true)) with { Note = "The store does not answer; this page goes on by itself when it does." };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A watcher's page must not hang on a state we cannot read; the next request of it says why.
            return (last ?? new LiveState("Unknown", 0, 0, new Dictionary<string, long>(), [], IsOpen: true)) with { Note = "The sweep's state cannot be read; load the page again to see why." };
        }
    }

    private async Task ListenAsync(NewsChannel channel, CancellationToken stop)
    {
        var id = new SweepId(sweep);
        await foreach (var text in channel.ListenAsync(id, time, stop))
        {
            foreach (var one in NewsText.Read(text, id).News)
                _heard[one.Trial.Value] = one;
            if (_heard.Count > 10_000)
                _heard.Clear();
        }
    }

    private void Tell(LiveState state)
    {
        var text = JsonSerializer.Serialize(state, Answers.Json);
        lock (_watchers)
        {
            if (text == _last)
                return;
            _last = text;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(text);
        }
    }

    // The sweep has ended: watchers hear so, and who comes later starts a new loop, which sees a retry.
    private void End(CancellationToken run)
    {
        lock (_watchers)
        {
            if (_running is null || _running.Token != run)
                return;
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete();
            _watchers.Clear();
            Stop();
        }
    }
}
