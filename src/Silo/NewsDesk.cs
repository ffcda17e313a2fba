using System.Collections.Concurrent;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store;
using SweepCluster.Store.News;

namespace SweepCluster.Silo;

/// <summary>
/// Sends the newest of each trial to whoever watches its sweep: at most one statement a period, however many trials, epochs and
/// watchers, and none while nobody watches.
/// </summary>
internal sealed class NewsDesk(Ledger ledger, TimeProvider time)
{
    /// <summary>With the way through the store, a loss is seen well within a second.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(400);

    private readonly ConcurrentDictionary<SweepId, long> _watched = new();
    private readonly ConcurrentDictionary<TrialId, TrialNews> _newest = new();
    private readonly Signal _watcher = new(time);

    /// <summary>Called for each epoch on the thread that trained it.</summary>
    public void Add(TrialNews news)
    {
        if (IsWatched(news.Sweep)) _newest[news.Trial] = news;
    }

    /// <param name="running">What a new watcher should hear first.</param>
    public void Watch(SweepId sweep, IEnumerable<TrialNews> running)
    {
        var first = !IsWatched(sweep);
        _watched[sweep] = time.GetTimestamp();
        if (first)
        {
            foreach (var news in running) _newest.TryAdd(news.Trial, news);
        }
        _watcher.Set();
    }

    public async Task SendAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Without a watcher there is nothing to wake up for.
            await _watcher.WaitAsync(_watched.IsEmpty ? Timeout.InfiniteTimeSpan : Period, stop);
            try
            {
                var news = _newest.Keys.Select(trial => _newest.TryRemove(trial, out var taken) ? taken : null).OfType<TrialNews>().ToList();
                foreach (var sweep in news.GroupBy(n => n.Sweep)) await ledger.News.PublishAsync(sweep.Key, [.. sweep], stop);
            }
            catch (Exception e) when (e is OperationCanceledException || StoreFailures.IsPassing(e))
            {
                // Old news is no news; the ledger has what counts.
            }
            foreach (var (sweep, heard) in _watched)
            {
                if (time.GetElapsedTime(heard) > NewsChannel.Attention) _watched.TryRemove(sweep, out _);
            }
        }
    }

    private bool IsWatched(SweepId sweep) => !_watched.IsEmpty && _watched.ContainsKey(sweep);
}
