namespace SweepCluster.Training;

/// <summary>Trains plans. `simd` is ours; others train the same plans from the same θ₀, batch orders and dropout masks.</summary>
public interface ITrainer
{
    /// <summary>As <c>training.trainer</c> names it.</summary>
    string Name { get; }

    /// <exception cref="ArgumentException">The plan cannot be trained on the data, or not by this trainer.</exception>
    ITrainingSession Start(TrainingPlan plan, DataSet data);

    /// <summary>Goes on where <see cref="ITrainingSession.Checkpoint"/> was taken by the same trainer.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another trainer, format, plan or data set, or damaged.</exception>
    ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint);
}

/// <summary>One trial in training, for one thread at a time.</summary>
public interface ITrainingSession : IDisposable
{
    /// <summary>Epochs finished: 0 at the start.</summary>
    int Epoch { get; }

    bool IsFinished { get; }

    /// <summary>Trains one epoch in a fresh order, then evaluates the validation part.</summary>
    /// <param name="cancel">Looked at before each step. A session cancelled within an epoch is of no more use; resume from a checkpoint.</param>
    /// <exception cref="InvalidOperationException">All epochs are done.</exception>
    EpochLoss RunEpoch(CancellationToken cancel = default);

    /// <returns>The mean of the batch losses over the test part, rows in domain order.</returns>
    /// <exception cref="InvalidOperationException">The test part is empty.</exception>
    double EvaluateTest();

    /// <summary>θ in logical order: layer by layer, weights (output × input, row-major), then biases.</summary>
    float[] Parameters();

    /// <summary>All that is needed to resume.</summary>
    byte[] Checkpoint();

    /// <summary>The fit: a prediction for every row of the data (rows × outputs), with dropout where its evaluation is on.</summary>
    float[] Predict();

    /// <summary>Monte Carlo dropout: mean and standard deviation (n − 1) of passes with dropout on, each rows × outputs.</summary>
    /// <param name="passes">2 to 65,535.</param>
    (float[] Mean, float[] Spread) PredictWithDropout(int passes);
}

/// <summary>The trainer of this project: the same bits on every machine.</summary>
public sealed class SimdTrainer : ITrainer
{
    public static SimdTrainer Instance { get; } = new();

    public string Name => "simd";

    public ITrainingSession Start(TrainingPlan plan, DataSet data) => TrainingSession.Start(plan, data);

    public ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint) => TrainingSession.Resume(plan, data, checkpoint);
}
