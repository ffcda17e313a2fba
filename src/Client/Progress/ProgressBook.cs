using SweepCluster.Contracts;

namespace SweepCluster.Client.Progress;

/// <summary>Keeps what the silo's events say and makes snapshots of it.</summary>
/// <param name="trials">Of the whole sweep.</param>
/// <param name="epochs">Of all its trials together.</param>
/// <param name="endedBefore">Trials, and <paramref name="epochsBefore"/> epochs, that an earlier run left done: they say nothing about today's speed.</param>
internal sealed class ProgressBook(string name, long trials, double epochs, long endedBefore, double epochsBefore, TimeProvider time)
{
    // Less than this says nothing about the rest.
    private static readonly TimeSpan FirstForecast = TimeSpan.FromSeconds(1);

    private readonly long _start = time.GetTimestamp();
    private readonly SortedDictionary<long, TrialProgress> _running = [];
    private long _ended = endedBefore;
    private long _failed;
    private double _today;
    private BestTrial? _best;

    public void Started(TrialId trial, string label, int epochs) => _running[trial.Value] = new TrialProgress(label, 0, epochs, null, null);

    public void Trained(TrialId trial, int epoch, double training, double validation)
    {
        if (!_running.TryGetValue(trial.Value, out var progress))
            return;
        // The first epoch heard of may be the 31st: the trial goes on from a checkpoint.
        _today += progress.TrainingLoss is null ? 1 : epoch - progress.Epoch;
        _running[trial.Value] = progress with { Epoch = epoch, TrainingLoss = training, ValidationLoss = validation };
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
        _today += progress.Epochs - progress.Epoch; // a trial that ends early leaves no work behind
        if (final is TrialState.Completed or TrialState.Stopped && progress.ValidationLoss is { } loss && (_best is null || loss < _best.ValidationLoss))
            _best = new BestTrial(progress.Label, loss);
        return progress;
    }

    public ProgressSnapshot Snapshot()
    {
        var elapsed = time.GetElapsedTime(_start);
        var done = Math.Min(epochs, epochsBefore + _today);
        TimeSpan? remaining = _today > 0 && elapsed >= FirstForecast && epochs > done ? elapsed * ((epochs - done) / _today) : null;
        return new ProgressSnapshot(name, trials, _ended, _failed, done, epochs, elapsed, remaining, [.. _running.Values], _best);
    }
}
