using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>Keeps what the silo's events say and makes snapshots of it.</summary>
/// <param name="trials">Of the whole sweep.</param>
/// <param name="epochs">Of all its trials together.</param>
/// <param name="objective">What the best is the best by.</param>
/// <param name="before">What an earlier run left done: it says nothing about today's speed.</param>
internal sealed class ProgressBook(string name, long trials, double epochs, Objective objective, Tally before, TimeProvider time)
{
    // Less than this says nothing about the rest.
    private static readonly TimeSpan FirstForecast = TimeSpan.FromSeconds(1);

    private readonly long _start = time.GetTimestamp();
    private readonly SortedDictionary<long, TrialProgress> _running = [];
    private Tally? _stored;
    private long _ended;
    private long _failed;
    private double _trained;
    private BestTrial? _best;

    public void Started(TrialId trial, string label, int epochs) => _running[trial.Value] = new TrialProgress(label, 0, epochs, null, null, new LossTrail());

    public void Trained(TrialId trial, int epoch, double training, double validation, double? metric = null)
    {
        if (!_running.TryGetValue(trial.Value, out var progress))
            return;
        // The first epoch heard of may be the 31st: the trial goes on from a checkpoint.
        _trained += progress.TrainingLoss is null ? 1 : epoch - progress.Epoch;
        progress.Trail?.Add(validation);
        _running[trial.Value] = progress with { Epoch = epoch, TrainingLoss = training, ValidationLoss = validation, Metric = metric ?? progress.Metric };
    }

    /// <param name="state">Null: lost to another silo.</param>
    /// <returns>How the trial stood at its end, or null if it was not known to run.</returns>
    public TrialProgress? Ended(TrialId trial, TrialState? state)
    {
        if (!_running.Remove(trial.Value, out var progress))
            return null;
        if (state is not { } final || !final.IsFinal())
            return progress; // another claim goes on from its checkpoint
        _ended++;
        if (final == TrialState.Failed)
            _failed++;
        _trained += progress.Epochs - progress.Epoch; // a trial that ends early leaves no work behind
        if (final is TrialState.Completed or TrialState.Stopped)
            _best = BestTrial.Of(_best, progress, objective);
        return progress;
    }

    /// <summary>What the store counts, which includes the work of other silos.</summary>
    public void Stored(Tally tally) => _stored = tally;

    public ProgressSnapshot Snapshot()
    {
        // Our own events are ahead of the store by a flush, the store is ahead of us by what others do.
        var done = Math.Min(epochs, Math.Max(before.Epochs + _trained, _stored?.Epochs ?? 0));
        var today = done - before.Epochs;
        var elapsed = time.GetElapsedTime(_start);
        TimeSpan? remaining = today > 0 && elapsed >= FirstForecast && epochs > done ? elapsed * ((epochs - done) / today) : null;
        var ended = Math.Max(before.Ended + _ended, _stored?.Ended ?? 0);
        double? rate = ended > before.Ended && elapsed >= FirstForecast ? (ended - before.Ended) / elapsed.TotalSeconds : null;
        return new ProgressSnapshot(
            name, trials, ended, Math.Max(before.Failed + _failed, _stored?.Failed ?? 0),
            done, epochs, elapsed, remaining, [.. _running.Values], _best, rate)
        { Objective = objective };
    }
}
