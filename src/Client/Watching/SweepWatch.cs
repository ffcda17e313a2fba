using System.Security.Cryptography;
using System.Threading.Channels;
using SweepCluster.Client.Progress;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.News;

namespace SweepCluster.Client.Watching;

/// <summary>
/// Follows a sweep that other processes train. Losses come as announcements of the store. How many trials are in which state is
/// counted by whichever watcher has waited longest, and announced to the others: one watcher or a hundred, the store counts once.
/// </summary>
internal sealed class SweepWatch(Ledger ledger, SweepId sweep, Specification specification, IProgressView view, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(1);

    // Counting a hundred thousand trials takes a while: no more than this share of the server's core goes to it.
    private const double CountShare = 0.05;

    private readonly WatchBook _book = new(specification, time);
    private TimeSpan _wait;
    private long _counted;

    /// <summary>Until none of its trials is open.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var texts = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        var listening = ListenAsync(texts.Writer, leaving.Token);
        try
        {
            while (true)
            {
                var counts = Show(texts.Reader);
                if (counts is null && time.GetElapsedTime(_counted) >= _wait) counts = await CountAsync(stop);
                view.Tick(_book.Snapshot());
                if (counts is not null && !counts.Any(c => !c.Key.IsFinal() && c.Value > 0)) return;
                await Task.Delay(Tick, time, stop);
            }
        }
        finally
        {
            await leaving.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(ChannelWriter<string> texts, CancellationToken cancel)
    {
        await foreach (var text in ledger.News.ListenAsync(sweep, time, cancel)) texts.TryWrite(text);
    }

    /// <returns>Counts, if some were heard.</returns>
    private IReadOnlyDictionary<TrialState, long>? Show(ChannelReader<string> texts)
    {
        IReadOnlyDictionary<TrialState, long>? heard = null;
        while (texts.TryRead(out var text))
        {
            var (news, counts) = NewsText.Read(text, sweep);
            foreach (var one in news) Show(one);
            if (counts is null) continue;
            heard = counts;
            Counted(counts, _wait);
        }
        return heard;
    }

    private void Show(TrialNews news)
    {
        var (progress, isNew) = _book.Hear(news);
        if (isNew) view.Started(news.Trial, _book.ConfigurationOf(news), news.Replicate);
        if (news.State != TrialState.Running) view.Ended(news.Trial, news.State, progress, null, _book.Snapshot());
        else if (news is { Epoch: > 0, Training: { } training, Validation: { } validation }) view.Trained(news.Trial, news.Epoch, training, validation);
    }

    private async Task<IReadOnlyDictionary<TrialState, long>?> CountAsync(CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        try
        {
            var counts = await ledger.Sweeps.CountsAsync(sweep, cancel);
            var period = CountPeriod + (time.GetElapsedTime(began) / CountShare);
            // Watchers wait for different times, so that one of them is first and the others hear of it.
            Counted(counts, period * (1 + (RandomNumberGenerator.GetInt32(1000) / 1000.0)));
            await ledger.News.PublishAsync(sweep, counts, cancel);
            return counts;
        }
        catch (Exception e) when (StoreFailures.IsPassing(e))
        {
            view.Note($"the store is away: {e.Message}", _book.Snapshot());
            Counted(new Dictionary<TrialState, long>(), CountPeriod);
            return null;
        }
    }

    private void Counted(IReadOnlyDictionary<TrialState, long> counts, TimeSpan wait)
    {
        (_counted, _wait) = (time.GetTimestamp(), wait);
        if (counts.Count > 0) _book.Count(counts);
    }
}
