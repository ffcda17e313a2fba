using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;
using SweepCluster.Grains.Rules;
using SweepCluster.Grains.Stopping;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Programs.Reporting;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>How an activation of a trial ended.</summary>
/// <param name="State">State it left the trial in; Pending if it gave it back; null if it lost the lease and left nothing.</param>
public sealed record TrialEnd(TrialState? State, string? Reason, EpochLosses? Last, double Seconds);

/// <summary>
/// The one owner of a trial under one lease. Training computes on its own thread and stops when asked; this brings what it
/// learns to the store under the lease's term, and ends the attempt. Who calls renews the lease, and says so when it is lost.
/// </summary>
public sealed partial class TrialGrain
{
    private readonly Claim _claim;
    private readonly TrialPlan _plan;
    private readonly ProgramSpecification? _program;
    private readonly ulong _seed;
    private readonly Ledger _ledger;
    private readonly DataSets _dataSets;
    private readonly GrainOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();

    private readonly TaskCompletionSource _computed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _abandon;
    private ITrialTraining? _training;
    private Stop _stop = Stop.No;
    private EpochLosses? _last;
    private double _seconds;

    public TrialGrain(Claim claim, TrialSpecification specification, Ledger ledger, DataSets dataSets, GrainOptions options, TimeProvider time, ILogger log)
    {
        (_claim, _ledger, _dataSets, _options, _time, _log) = (claim, ledger, dataSets, options, time, log);
        (_plan, _program, _seed) = (TrialPlan.Of(specification), specification.Program, specification.Seed);
    }

    // In the order of precedence: a cancelled trial is not given back, a lost one is not touched.
    private enum Stop { No, Release, ReleaseNow, Cancel, Lose }

    public Lease Lease => _claim.Lease;

    public SweepId Sweep => _claim.Sweep;

    /// <summary>Done once it needs no core any more; what is left is to record the end.</summary>
    public Task Computed => _computed.Task;

    /// <summary>Stop after the epoch under way, keep a checkpoint, and give the trial back.</summary>
    public void Release() => Ask(Stop.Release);

    /// <summary>Stop within the epoch and give the trial back; it resumes from the last checkpoint that was kept.</summary>
    public void ReleaseNow() => Ask(Stop.ReleaseNow);

    /// <summary>A person cancelled it: stop, and leave the trial Cancelled.</summary>
    public void Cancel() => Ask(Stop.Cancel);

    /// <summary>The lease is gone: stop, and write nothing more.</summary>
    public void Lose() => Ask(Stop.Lose);

    /// <param name="trained">Hears of each epoch, on the training thread: it must return at once.</param>
    /// <param name="abandon">Give up at once, also on a store that does not answer; the lease runs out by itself.</param>
    public async Task<TrialEnd> RunAsync(Action<EpochLosses> trained, CancellationToken abandon = default)
    {
        _abandon = abandon;
        using var span = Measures.Spans.StartActivity("trial");
        span?.SetTag("sweep.id", Sweep.Value).SetTag("sweep.trial", Lease.Trial.Value).SetTag("sweep.term", Lease.Term);
        await using var abandoned = abandon.Register(Lose);
        try
        {
            var (recording, checkpoint) = await PatientlyAsync(() => _ledger.Results.ResumeAsync(Lease));
            if (recording == Recording.LeaseLost) return Lost();
            if (await PatientlyAsync(() => _dataSets.LoadAsync(_plan)) is { } lacking)
            {
                _computed.TrySetResult();
                return await EndAsync(new TrainingOutcome.Failed(lacking));
            }
            var outcome = await TrainAsync(checkpoint, trained);
            if (outcome is TrainingOutcome.CheckpointRefused refused)
            {
                LogCheckpointRefused(Lease.Trial, refused.Reason);
                if (await PatientlyAsync(() => _ledger.Results.RestartAsync(Lease)) == Recording.LeaseLost) return Lost();
                outcome = await TrainAsync(null, trained);
            }
            _computed.TrySetResult();
            return await EndAsync(outcome);
        }
        catch (OperationCanceledException)
        {
            return Lost();
        }
        finally
        {
            _computed.TrySetResult();
        }
    }

    private async Task<TrainingOutcome> TrainAsync(Checkpoint? from, Action<EpochLosses> trained)
    {
        var steps = new TrainingSteps(_options.FlushEpochs, _time);
        using var interruption = new CancellationTokenSource();
        ITrialTraining training = _program is null
            ? new TrialTraining(_plan, _dataSets, from, steps, trained, _options, _time, interruption)
            : new ProgramTraining(_claim, _program, _seed, _plan, from, steps, trained, _options, _time, interruption);
        lock (_gate)
        {
            _training = training;
            Pass(_stop, training);
        }
        var outcome = training.Start($"trial {Lease.Trial}", _abandon);
        try
        {
            await FlushAsync(steps);
        }
        catch
        {
            training.Interrupt();
            steps.End();
            await outcome;
            throw;
        }
        finally
        {
            // It may not be asked to stop once the interruption is gone.
            lock (_gate) _training = null;
        }
        return await outcome;
    }

    // Flushes what comes, and leaves the last part for the transaction that ends the attempt.
    private async Task FlushAsync(TrainingSteps steps)
    {
        _pending = new PendingFlush();
        while (await steps.FirstAsync())
        {
            if (!await FillAsync(steps)) return;
            if (IsLost) continue;
            var question = _pending.Question;
            var flush = _pending.Take();
            if (await PatientlyAsync(() => TimedAsync("flush", () => _ledger.Results.RecordAsync(Lease, flush))) == Recording.LeaseLost) Lose();
            else if (question is not null) question.Answer.SetResult(await AnswerAsync(question.Epoch));
        }
    }

    /// <returns>Null: go on.</returns>
    private async Task<Stopped?> AnswerAsync(int epoch)
    {
        var peers = await PatientlyAsync(() => _ledger.Trials.AtEpochAsync(Sweep, epoch, _plan.Stopping.Objective));
        // A program that did not report the objective with this epoch cannot be compared at it.
        return peers.Where(peer => peer.Trial == Lease.Trial).Select(own => StoppingRule.Decide(_plan.Stopping, epoch, own, peers)).FirstOrDefault();
    }

    private PendingFlush _pending = new();

    /// <returns>False when training has ended and all of it is pending.</returns>
    private async Task<bool> FillAsync(TrainingSteps steps)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            while (steps.Take() is { } step)
            {
                _pending.Add(step);
                _seconds += step.Seconds;
                _last = step.Losses ?? _last;
                if (step.Question is not null || RecordingRules.IsFull(_pending.Steps, step.Checkpoint is not null, _options)) return true;
            }
            if (steps.AreOver) return false;
            var left = _options.FlushPeriod - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return true;
            await steps.DueAsync(left);
        }
    }

    private async Task<TrialEnd> EndAsync(TrainingOutcome outcome)
    {
        if (IsLost) return Lost();
        if (outcome is TrainingOutcome.Finished { Data: var data }) await PatientlyAsync(async () => { await _dataSets.KeepAsync(data, _plan.Training.Loss.Kind == LossKind.CrossEntropy); return true; });
        var fitted = (outcome as TrainingOutcome.ProgramFinished)?.Fit is { } file ? ProgramFit.Of(file) : null;
        if (fitted is not null) await PatientlyAsync(() => KeepAsync(fitted.Data));
        if (outcome is TrainingOutcome.Failed { Error: { } error }) LogTrainingFailed(error, Lease.Trial);
        var ending = Ending(outcome, fitted?.Fit);
        var last = _pending.Take() with { Checkpoint = (outcome as TrainingOutcome.Interrupted)?.Checkpoint };
        if (await PatientlyAsync(() => TimedAsync("end", () => _ledger.Results.EndAsync(Lease, last, ending))) == Recording.LeaseLost) return Lost();
        var state = ResultWriter.StateAfter(ending);
        var reason = (ending as Ending.Failed)?.Reason ?? (ending as Ending.Completed)?.StoppedBecause;
        if (reason is null) LogEnded(Lease.Trial, state);
        else LogEndedBecause(Lease.Trial, state, reason);
        Measures.Ended.Add(1, Measures.State(state));
        if (state.IsFinal()) Measures.TrialSeconds.Record(_seconds);
        Activity.Current?.SetTag("sweep.state", state.ToString()).SetTag("sweep.seconds", _seconds);
        if (ending is Ending.Failed) Activity.Current?.SetStatus(ActivityStatusCode.Error, reason);
        return new TrialEnd(state, reason, _last, _seconds);
    }

    // The data of a program are known when it ends, and only then whether they have a test part.
    private async Task<bool> KeepAsync(DataRows data)
    {
        await _ledger.Results.KeepDataAsync(data);
        if (data.Parts.Contains("test")) await _ledger.Tests.ExpectAsync(Sweep);
        return true;
    }

    private Ending Ending(TrainingOutcome outcome, Fit? fit) => outcome switch
    {
        TrainingOutcome.ProgramFinished p => new Ending.Completed(p.ThetaSha256, fit, p.Stopped?.Reason, p.Stopped?.By),
        TrainingOutcome.Finished f => new Ending.Completed(
            f.ThetaSha256, f.Predictions.ToFit(f.Data), f.Stopped?.Reason, f.Stopped?.By)
        { Restored = f.Restored },
        TrainingOutcome.Failed f => new Ending.Failed(TrialLog.Visible(f.Reason)), // a program's or a trainer's words may be anything
        TrainingOutcome.CheckpointRefused r => new Ending.Failed(TrialLog.Visible(r.Reason)),
        _ => _stop == Stop.Cancel ? new Ending.Cancelled() : new Ending.Released(),
    };

    private TrialEnd Lost()
    {
        LogLost(Lease.Trial, Lease.Term);
        Measures.LeaseLosses.Add(1);
        Activity.Current?.SetStatus(ActivityStatusCode.Error, "the lease is lost");
        return new TrialEnd(null, null, _last, _seconds);
    }

    private bool IsLost
    {
        get { lock (_gate) return _stop == Stop.Lose; }
    }

    private void Ask(Stop stop)
    {
        lock (_gate)
        {
            if (stop > _stop) _stop = stop;
            if (_training is { } training) Pass(_stop, training);
        }
    }

    private static void Pass(Stop stop, ITrialTraining training)
    {
        if (stop == Stop.Release) training.Stop();
        else if (stop != Stop.No) training.Interrupt();
    }

    private async Task<Recording> TimedAsync(string what, Func<Task<Recording>> write)
    {
        using var span = Measures.Spans.StartActivity(what);
        var asked = _time.GetTimestamp();
        var answer = await write();
        Measures.FlushSeconds.Record(_time.GetElapsedTime(asked).TotalSeconds);
        return answer;
    }

    // The store may be away for a while: nothing is lost as long as it is asked again.
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> write)
    {
        var outage = new Outage(_time);
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await write();
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                if (outage.Fails()) LogStoreAway(Lease.Trial, e.Message);
                Measures.Unanswered.Add(1);
                if (IsLost) throw new OperationCanceledException("the lease is lost", e);
                await Task.Delay(RecordingRules.RetryAfter(failures, _options), _time, _abandon);
            }
        }
    }
}
