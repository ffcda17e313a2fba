using SweepCluster.Client.Progress;
using SweepCluster.Contracts;
using SweepCluster.Store.News;

namespace SweepCluster.Client.Watching;

/// <summary>Keeps what news and counts say of a sweep that other processes train, and makes snapshots of it.</summary>
internal sealed class WatchBook(Specification specification, TimeProvider time)
{
    // Less than this says nothing about the rest.
    private static readonly TimeSpan FirstForecast = TimeSpan.FromSeconds(2);

    private readonly TrialLabels _labels = new(specification);
    private readonly SortedDictionary<long, TrialProgress> _running = [];
    private readonly double _epochsOfTrial = specification.EpochCount / specification.TrialCount;
    private readonly long _start = time.GetTimestamp();
    private IReadOnlyDictionary<TrialState, long> _counts = new Dictionary<TrialState, long>();
    private double? _doneAtFirst;
    private BestTrial? _best;

    /// <summary>Counted by the store; trials that nobody runs any more leave the picture with it.</summary>
    public void Count(IReadOnlyDictionary<TrialState, long> counts)
    {
        _counts = counts;
        _doneAtFirst ??= Done;
        if (counts.GetValueOrDefault(TrialState.Running) == 0) _running.Clear();
    }

    /// <returns>How the trial stands, and whether this is the first that is heard of it.</returns>
    public (TrialProgress Progress, bool IsNew) Hear(TrialNews news)
    {
        var known = _running.TryGetValue(news.Trial.Value, out var before);
        var configuration = ConfigurationOf(news);
        var progress = new TrialProgress(
            before?.Label ?? _labels.Of(configuration, news.Replicate), Math.Max(news.Epoch, before?.Epoch ?? 0), EpochsOf(configuration),
            news.Training ?? before?.TrainingLoss, news.Validation ?? before?.ValidationLoss, before?.Trail ?? new LossTrail())
        {
            Metric = news.Metric ?? before?.Metric,
        };
        if (news.Validation is { } validation && news.Epoch > (before?.Epoch ?? 0)) progress.Trail!.Add(validation);
        if (news.State == TrialState.Running) _running[news.Trial.Value] = progress;
        else _running.Remove(news.Trial.Value);
        if (news.State is TrialState.Completed or TrialState.Stopped)
            _best = BestTrial.Of(_best, progress, specification.Objective);
        return (progress, !known);
    }

    public Configuration ConfigurationOf(TrialNews news) => specification.ConfigurationAt(news.Ordinal);

    public ProgressSnapshot Snapshot()
    {
        var (elapsed, done) = (time.GetElapsedTime(_start), Done);
        TimeSpan? remaining = elapsed >= FirstForecast && done > _doneAtFirst && done < specification.EpochCount
            ? elapsed * ((specification.EpochCount - done) / (done - _doneAtFirst.Value))
            : null;
        return new ProgressSnapshot(
            specification.Name, specification.TrialCount, Ended, _counts.GetValueOrDefault(TrialState.Failed), done, specification.EpochCount,
            elapsed, remaining, [.. _running.Values], _best)
        {
            Objective = specification.Objective,
        };
    }

    private long Ended => _counts.Where(c => c.Key.IsFinal()).Sum(c => c.Value);

    // Trials of one sweep may differ in their epochs; their mean is near enough for a bar.
    private double Done => Math.Min(specification.EpochCount, (Ended * _epochsOfTrial) + _running.Values.Sum(t => (double)t.Epoch));

    private int EpochsOf(Configuration configuration) =>
        (int)(configuration["training.epochs"]?.AsNumber ?? _epochsOfTrial);
}
