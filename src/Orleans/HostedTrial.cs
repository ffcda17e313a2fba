using System.Collections.Concurrent;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store.Leases;

namespace SweepCluster.Orleans;

/// <summary>A trial that trains in this silo, as its Orleans grain sees it: the newest word, and a way to wait for the next.</summary>
internal sealed class HostedTrial(TrialId id, SweepId sweep)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = Fresh();
    private TrialWord _newest = new(TrialState.Running, 0, null, null);
    private bool _ended;

    public TrialId Id => id;

    public SweepId Sweep => sweep;

    /// <summary>Called for each epoch on the thread that trained it.</summary>
    public void Say(EpochLosses losses) => Say(new TrialWord(TrialState.Running, losses.Epoch, losses.Training, losses.Validation, losses.Metric), ended: false);

    /// <summary>Nothing comes after it.</summary>
    public void End(TrialEnd? end) => Say(
        end is { State: { } state } ? new TrialWord(state, end.Last?.Epoch ?? 0, end.Last?.Training, end.Last?.Validation, end.Last?.Metric) : _newest, ended: true);

    /// <summary>The newest word, whether it is the last one, and what completes when there is another.</summary>
    public (TrialWord Word, bool IsLast, Task Next) Hear()
    {
        lock (_gate) return (_newest, _ended, _next.Task);
    }

    private void Say(TrialWord word, bool ended)
    {
        TaskCompletionSource said;
        lock (_gate)
        {
            (_newest, _ended) = (word, ended);
            (said, _next) = (_next, Fresh());
        }
        said.TrySetResult();
    }

    // Whoever waits goes on in its own grain's turn, not on the training thread.
    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The trials that train in this silo.</summary>
internal sealed class HostedTrials
{
    private readonly ConcurrentDictionary<TrialId, HostedTrial> _trials = new();

    public IEnumerable<HostedTrial> All => _trials.Values;

    public HostedTrial Add(TrialId id, SweepId sweep) => _trials[id] = new HostedTrial(id, sweep);

    public HostedTrial? Find(TrialId id) => _trials.GetValueOrDefault(id);

    /// <summary>Unless the same trial came back meanwhile under another term.</summary>
    public void Remove(HostedTrial trial) => _trials.TryRemove(new(trial.Id, trial));
}
