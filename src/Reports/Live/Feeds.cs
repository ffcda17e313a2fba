using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Npgsql;
using SweepCluster.Reports.Api;
using SweepCluster.Store.News;

namespace SweepCluster.Reports.Live;

/// <summary>The feeds of watched sweeps, and the server-sent events they become.</summary>
internal sealed class Feeds(NpgsqlDataSource store, NewsChannel news, TimeProvider time, CancellationToken stopping)
{
    private const int MostWatchers = 500;

    // Each listens on a connection of its own; beyond, a sweep's feed lives from asking alone.
    private const int MostListening = 24;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, SweepFeed> _feeds = new();
    private int _watchers;

    public async Task WriteAsync(HttpContext context, string sweep)
    {
        if (Interlocked.Increment(ref _watchers) > MostWatchers)
        {
            Interlocked.Decrement(ref _watchers);
            throw new Refusal(StatusCodes.Status503ServiceUnavailable, "Too many watchers", $"{MostWatchers} pages are being kept up to date already.") { RetryAfter = Silence };
        }

        var leave = () => { };
        try
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            var states = Feed(sweep).Join(out leave);
            await WriteAsync(context.Response, states, gone.Token);
        }
        catch (OperationCanceledException)
        {
            // The watcher has left, or the service ends: an open answer must not keep it.
        }
        finally
        {
            leave();
            Interlocked.Decrement(ref _watchers);
        }
    }

    private async Task WriteAsync(HttpResponse response, System.Threading.Channels.ChannelReader<string> states, CancellationToken gone)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.WriteAsync("retry: 3000\n\n", gone);
        await response.Body.FlushAsync(gone);
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(gone);
            silence.CancelAfter(Silence);
            try
            {
                if (!await states.WaitToReadAsync(silence.Token))
                    break;
            }
            catch (OperationCanceledException) when (!gone.IsCancellationRequested)
            {
                // Whatever stands between may close what is silent, and only writing tells that a watcher is gone.
                await response.WriteAsync(": still here\n\n", gone);
                await response.Body.FlushAsync(gone);
                continue;
            }

            while (states.TryRead(out var state))
                await response.WriteAsync($"event: progress\ndata: {state}\n\n", gone);
            await response.Body.FlushAsync(gone);
        }

        await response.WriteAsync("event: end\ndata: {}\n\n", gone);
    }

    private SweepFeed Feed(string sweep)
    {
        if (_feeds.Count >= MostListening)
        {
            foreach (var (id, idle) in _feeds.Where(pair => pair.Value.IsIdle))
                _feeds.TryRemove(KeyValuePair.Create(id, idle));
        }

        return _feeds.GetOrAdd(sweep, id => new SweepFeed(id, store, _feeds.Count < MostListening ? news : null, time));
    }
}
