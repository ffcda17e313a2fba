using SweepCluster.Training;

namespace SweepCluster.Grains.Programs;

/// <summary>A trainer did what the seam forbids; the message says what, for the trial's reason.</summary>
internal sealed class TrainerMistakeException(string message) : Exception(message);

/// <summary>A trainer of the user's, held to what the seam says: what it returns goes to the store and into figures.</summary>
internal sealed class CheckedTrainer(ITrainer trainer) : ITrainer
{
    private const int MostCheckpointBytes = 511 * 1024 * 1024; // two of them, the best one's too, are less than a value of PostgreSQL may have

    public string Name => trainer.Name;

    public ITrainingSession Start(TrainingPlan plan, DataSet data) => Check(trainer.Start(plan, data), nameof(Start), plan, data);

    public ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint) => Check(trainer.Resume(plan, data, checkpoint), nameof(Resume), plan, data);

    private Session Check(ITrainingSession? session, string method, TrainingPlan plan, DataSet data) =>
        session is null ? throw Mistake(trainer.GetType(), $"{method} returned null, expected a session") : new Session(trainer.GetType(), session, plan, data);

    private static TrainerMistakeException Mistake(Type type, string what) => new($"trainer.type: {type.FullName}: {what}");

    private sealed class Session(Type type, ITrainingSession session, TrainingPlan plan, DataSet data) : ITrainingSession
    {
        private int? _parameters;

        public int Epoch => session.Epoch;

        public bool IsFinished => session.IsFinished || session.Epoch >= plan.Epochs;

        public EpochLoss RunEpoch(CancellationToken cancel = default)
        {
            var expected = session.Epoch + 1;
            var loss = session.RunEpoch(cancel);
            return loss.Epoch == expected && session.Epoch == expected ? loss
                : throw Mistake($"{nameof(RunEpoch)}: expected epoch {expected}, found the losses of epoch {loss.Epoch} and {nameof(Epoch)} {session.Epoch}");
        }

        public double EvaluateTest() => session.EvaluateTest();

        public float[] Parameters()
        {
            if (session.Parameters() is not { Length: > 0 } parameters) throw Mistake($"{nameof(Parameters)}: expected numbers, found none");
            if ((_parameters ??= parameters.Length) != parameters.Length) throw Mistake($"{nameof(Parameters)}: expected {_parameters:N0} numbers as before, found {parameters.Length:N0}");
            var wrong = Array.FindIndex(parameters, parameter => !float.IsFinite(parameter));
            return wrong < 0 ? parameters : throw Mistake($"{nameof(Parameters)}: number {wrong} is {parameters[wrong]}");
        }

        public byte[] Checkpoint() =>
            session.Checkpoint() is { Length: <= MostCheckpointBytes } checkpoint ? checkpoint : throw Mistake($"{nameof(Checkpoint)}: expected up to {MostCheckpointBytes:N0} bytes, found none or more");

        public float[] Predict() => Predictions(session.Predict(), nameof(Predict));

        public (float[] Mean, float[] Spread) PredictWithDropout(int passes)
        {
            var (mean, spread) = session.PredictWithDropout(passes);
            return (Predictions(mean, nameof(PredictWithDropout)), Predictions(spread, nameof(PredictWithDropout)));
        }

        public void Dispose() => session.Dispose();

        private float[] Predictions(float[]? predictions, string method) => predictions?.Length == data.Rows * plan.Network.Outputs ? predictions
            : throw Mistake($"{method}: expected {data.Rows * plan.Network.Outputs:N0} numbers (rows × outputs), found {predictions?.Length ?? 0:N0}");

        private TrainerMistakeException Mistake(string what) => CheckedTrainer.Mistake(type, what);
    }
}
