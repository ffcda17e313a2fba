using System.Threading.Channels;
using SweepCluster.Grains.Programs;
using SweepCluster.Grains.Rules;
using SweepCluster.Grains.Stopping;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>
/// Trains one trial on a thread of its own: it computes for seconds to hours and would starve the pool. It knows neither store
/// nor lease; what it learns leaves through a bounded channel, which is what makes training wait for a slow store.
/// </summary>
internal sealed class TrialTraining(
    TrialPlan plan, DataSets dataSets, Checkpoint? from, TrainingSteps steps, Action<EpochLosses> trained,
    GrainOptions options, TimeProvider time, CancellationTokenSource interruption) : ITrialTraining
{
    private readonly bool _remembers = EarlyStopping.IsWanted(plan.Stopping);
    private volatile bool _stopping;
    private EarlyStopping _early = EarlyStopping.Begin;
    private byte[]? _best; // the session's checkpoint at the best epoch, where it may be restored

    /// <summary>Ends training after the epoch under way, with a checkpoint of it.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Ends training within a step or two; what the epoch had done is dropped.</summary>
    public void Interrupt()
    {
        _stopping = true;
        interruption.Cancel();
    }

    /// <param name="abandon">Ends the wait for a store that takes nothing.</param>
    public Task<TrainingOutcome> Start(string name, CancellationToken abandon)
    {
        var outcome = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => outcome.SetResult(RunToAnOutcome(abandon))) { IsBackground = true, Name = name }.Start();
        return outcome.Task;
    }

    private TrainingOutcome RunToAnOutcome(CancellationToken abandon)
    {
        try
        {
            return Run(abandon);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            return new TrainingOutcome.Interrupted(null);
        }
        catch (ArgumentException e)
        {
            return new TrainingOutcome.Failed(e.Message);
        }
        catch (Exception e)
        {
            return new TrainingOutcome.Failed($"{e.GetType().Name} while training: {e.Message}", e);
        }
        finally
        {
            steps.End();
        }
    }

    private TrainingOutcome Run(CancellationToken abandon)
    {
        if (plan.Assembly is { } assembly && options.Programs?.AllowsFile(assembly.File) != true)
            return new TrainingOutcome.Failed($"trainer.assembly: this silo may load {options.Programs?.ToString() ?? "none"}, found {assembly.File}; start one with --allow-command, or retry the trial where a silo may");
        var (found, problem) = plan.Assembly is { } named ? AssemblyTrainers.Load(named) : (options.Trainers.FirstOrDefault(t => t.Name == plan.Trainer), null);
        if (problem is not null) return new TrainingOutcome.Failed(problem);
        if (found is not { } trainer)
        {
            return new TrainingOutcome.Failed(
                $"training.trainer: this silo trains with {string.Join(" and ", options.Trainers.Select(t => t.Name))}, found '{plan.Trainer}'; retry the trial where a silo has it (`sweep doctor` tells)");
        }
        var data = dataSets.Get(plan.Data);
        ITrainingSession session;
        try
        {
            session = from is null ? trainer.Start(plan.Training, data) : trainer.Resume(plan.Training, data, Remember(from.Content));
        }
        catch (InvalidDataException e) when (from is not null)
        {
            return new TrainingOutcome.CheckpointRefused(e.Message);
        }
        using (session) return Run(trainer, session, data, abandon);
    }

    private TrainingOutcome Run(ITrainer trainer, ITrainingSession session, DataSet data, CancellationToken abandon)
    {
        if (session.Epoch == 0) steps.Hand(new TrainingStep(null, new Snapshot(0, session.Parameters()), null, 0), abandon);

        var (lastCheckpoint, lastCost) = (time.GetTimestamp(), TimeSpan.Zero);
        Stopped? stopped = null;
        while (!session.IsFinished && stopped is null)
        {
            if (_stopping) return new TrainingOutcome.Interrupted(interruption.IsCancellationRequested ? null : new Checkpoint(session.Epoch, Checkpoint(session)));
            var began = time.GetTimestamp();
            var loss = session.RunEpoch(interruption.Token);
            if (!loss.IsFinite) return new TrainingOutcome.Failed(Divergence(loss));
            var seconds = time.GetElapsedTime(began).TotalSeconds;

            var losses = new EpochLosses(loss.Epoch, loss.Training, loss.Validation);
            if (_remembers) Weigh(losses, session);
            stopped = _early.At(loss.Epoch, plan.Stopping);

            Checkpoint? checkpoint = null;
            if (!session.IsFinished && RecordingRules.TakesCheckpoint(time.GetElapsedTime(lastCheckpoint), lastCost, options))
            {
                var start = time.GetTimestamp();
                checkpoint = new Checkpoint(loss.Epoch, Checkpoint(session));
                lastCheckpoint = time.GetTimestamp();
                lastCost = time.GetElapsedTime(start, lastCheckpoint);
            }
            var keeps = RecordingRules.KeepsSnapshot(loss.Epoch, plan.Training.Epochs, plan.SnapshotsEvery);
            var question = stopped is null && StoppingRule.Asks(plan.Stopping, loss.Epoch, plan.Training.Epochs)
                ? new StoppingQuestion(loss.Epoch, new TaskCompletionSource<Stopped?>(TaskCreationOptions.RunContinuationsAsynchronously)) : null;
            steps.Hand(new TrainingStep(losses, keeps ? new Snapshot(loss.Epoch, session.Parameters()) : null, checkpoint, seconds, question), abandon);
            trained(losses);
            if (question is not null) stopped = question.Answer.Task.WaitAsync(interruption.Token).GetAwaiter().GetResult();
        }
        return Finish(trainer, session, data, stopped, abandon);
    }

    private TrainingOutcome.Finished Finish(ITrainer trainer, ITrainingSession last, DataSet data, Stopped? stopped, CancellationToken abandon)
    {
        EpochLosses? restored = plan.Stopping.RestoreBest && _early.Best is { } best && best.Epoch != last.Epoch ? best : null;
        using var old = restored is null ? null : trainer.Resume(plan.Training, data, _best!);
        var session = old ?? last;
        if (stopped is not null || restored is not null) steps.Hand(new TrainingStep(null, new Snapshot(session.Epoch, session.Parameters()), null, 0), abandon);
        return new TrainingOutcome.Finished(data, ParameterHash.Sha256(session.Parameters()), Predictions.Of(session, plan, options.SpreadPasses).WithoutTest(data), stopped, restored);
    }

    private void Weigh(EpochLosses losses, ITrainingSession session)
    {
        var after = _early.After(losses, plan.Stopping);
        if (plan.Stopping.RestoreBest && after != _early) _best = session.Checkpoint();
        _early = after;
    }

    private byte[] Checkpoint(ITrainingSession session) =>
        _remembers && _early.Best is { } best ? BestCheckpoint.Write(best, _best, session.Checkpoint()) : session.Checkpoint();

    /// <returns>The session's own part of a checkpoint.</returns>
    private byte[] Remember(byte[] content)
    {
        if (!_remembers) return content;
        (var best, _best, var session) = BestCheckpoint.Read(content);
        _early = new EarlyStopping(best);
        return session;
    }

    private string Divergence(EpochLoss loss) =>
        $"{loss.Divergence} at epoch {loss.Epoch}: lower training.learning_rate (it is {plan.Training.Optimizer.LearningRate:0.######e0}) " +
        "or the penalties, set training.clip_norm, or scale the data";
}
