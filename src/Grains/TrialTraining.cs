using System.Threading.Channels;
using SweepCluster.Grains.Rules;
using SweepCluster.Store.Leases;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>
/// Trains one trial on a thread of its own: it computes for seconds to hours and would starve the pool. It knows neither store
/// nor lease; what it learns leaves through a bounded channel, which is what makes training wait for a slow store.
/// </summary>
internal sealed class TrialTraining(
    TrialPlan plan, DataSets dataSets, Checkpoint? from, ChannelWriter<TrainingStep> steps, Action<EpochLosses> trained,
    GrainOptions options, TimeProvider time, CancellationTokenSource interruption)
{
    private volatile bool _stopping;

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
            steps.TryComplete();
        }
    }

    private TrainingOutcome Run(CancellationToken abandon)
    {
        var data = dataSets.Get(plan.Data);
        TrainingSession session;
        try
        {
            session = from is null ? TrainingSession.Start(plan.Training, data) : TrainingSession.Resume(plan.Training, data, from.Content);
        }
        catch (InvalidDataException e) when (from is not null)
        {
            return new TrainingOutcome.CheckpointRefused(e.Message);
        }
        if (session.Epoch == 0) Hand(new TrainingStep(null, new Snapshot(0, session.Parameters()), null, 0), abandon);

        var (lastCheckpoint, lastCost) = (time.GetTimestamp(), TimeSpan.Zero);
        while (!session.IsFinished)
        {
            if (_stopping) return new TrainingOutcome.Interrupted(interruption.IsCancellationRequested ? null : new Checkpoint(session.Epoch, session.Checkpoint()));
            var began = time.GetTimestamp();
            var loss = session.RunEpoch(interruption.Token);
            if (!loss.IsFinite) return new TrainingOutcome.Failed(Divergence(loss));
            var seconds = time.GetElapsedTime(began).TotalSeconds;

            Checkpoint? checkpoint = null;
            if (!session.IsFinished && RecordingRules.TakesCheckpoint(time.GetElapsedTime(lastCheckpoint), lastCost, options))
            {
                var start = time.GetTimestamp();
                checkpoint = new Checkpoint(loss.Epoch, session.Checkpoint());
                lastCheckpoint = time.GetTimestamp();
                lastCost = time.GetElapsedTime(start, lastCheckpoint);
            }
            var keeps = RecordingRules.KeepsSnapshot(loss.Epoch, plan.Training.Epochs, plan.SnapshotsEvery);
            var losses = new EpochLosses(loss.Epoch, loss.Training, loss.Validation);
            Hand(new TrainingStep(losses, keeps ? new Snapshot(loss.Epoch, session.Parameters()) : null, checkpoint, seconds), abandon);
            trained(losses);
        }
        return Finish(session, data);
    }

    private TrainingOutcome.Finished Finish(TrainingSession session, DataSet data)
    {
        var penalty = plan.Training.Regularization;
        var spread = penalty is { Dropout: > 0, Evaluation: DropoutEvaluation.On } ? session.PredictWithDropout(options.SpreadPasses).Spread : null;
        return new TrainingOutcome.Finished(
            data, ParameterHash.Sha256(session.Parameters()), data.RowsOf(Part.Test).Length > 0 ? session.EvaluateTest() : null,
            session.Predict(), spread);
    }

    private void Hand(TrainingStep step, CancellationToken abandon)
    {
        if (!steps.TryWrite(step)) steps.WriteAsync(step, abandon).AsTask().GetAwaiter().GetResult();
    }

    private string Divergence(EpochLoss loss) =>
        $"{loss.Divergence} at epoch {loss.Epoch}: lower training.learning_rate (it is {plan.Training.Optimizer.LearningRate:0.######e0}) " +
        "or the penalties, set training.clip_norm, or scale the data";
}
