using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.News;

namespace SweepCluster.Orleans;

/// <summary>Follows the grains of a sweep's running trials, and through the store those that silos of another engine run.</summary>
/// <param name="grains">None while this silo is not among the others: then the store does for all.</param>
internal sealed class SweepFollower(SweepId sweep, Func<IGrainFactory?> grains, Ledger ledger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<TrialId> _followed = [];
    // Who does not read fast enough misses the oldest: news is worth only its freshness.
    private readonly Channel<TrialNews> _heard = Channel.CreateBounded<TrialNews>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public async IAsyncEnumerable<TrialNews> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var looking = LookAsync(leaving.Token);
        try
        {
            await foreach (var news in _heard.Reader.ReadAllAsync(cancel)) yield return news;
        }
        finally
        {
            await leaving.CancelAsync();
            await looking;
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var tasks = new List<Task>();
        var others = (Task?)null;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var factory = grains();
                var running = factory is null ? [] : await factory.GetGrain<ISweepGrain>(sweep.Value).RunningAsync().WaitAsync(cancel);
                if (factory is null || running.Any(trial => !trial.IsOurs)) others = others is { IsCompleted: false } ? others : FollowOthersAsync(cancel);
                foreach (var trial in running.Where(trial => trial.IsOurs))
                {
                    if (Take(new TrialId(trial.Trial))) tasks.Add(FollowAsync(factory!, trial, cancel));
                }
                tasks.RemoveAll(task => task.IsCompleted);
            }
            catch (Exception e) when (EngineFailures.IsPassing(e))
            {
                // The next look finds the same.
            }
            await Task.Delay(Look, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll([.. tasks, others ?? Task.CompletedTask]);
    }

    private async Task FollowAsync(IGrainFactory factory, RunningTrial trial, CancellationToken cancel)
    {
        var id = new TrialId(trial.Trial);
        try
        {
            await foreach (var word in factory.GetGrain<ITrialGrain>(trial.Trial).FollowAsync(cancel).WithCancellation(cancel))
                _heard.Writer.TryWrite(new TrialNews(sweep, id, trial.Ordinal, trial.Replicate, word.State, word.Epoch, word.Training, word.Validation) { Metric = word.Metric });
        }
        catch (Exception e) when (EngineFailures.IsPassing(e))
        {
            // Its silo went; whoever runs it next is followed then.
        }
        finally
        {
            lock (_followed) _followed.Remove(id);
        }
    }

    private async Task FollowOthersAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var news in ledger.News.FollowAsync(sweep, cancel))
            {
                lock (_followed)
                {
                    if (_followed.Contains(news.Trial)) continue;
                }
                _heard.Writer.TryWrite(news);
            }
        }
        catch (Exception e) when (EngineFailures.IsPassing(e))
        {
            // Listened to again at the next look.
        }
    }

    private bool Take(TrialId trial)
    {
        lock (_followed) return _followed.Add(trial);
    }
}
