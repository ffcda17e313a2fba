using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.Random;

namespace SweepCluster.Training;

/// <summary>
/// One trial in training, for one thread at a time. Its numbers depend on plan, data and seed alone, bit for bit: not on the
/// machine, its instruction set, or how often it was interrupted and resumed. No allocation per step.
/// </summary>
public sealed class TrainingSession : ITrainingSession
{
    private readonly TrainingPlan _plan;
    private readonly DataSet _data;
    private readonly LaneWidth _width;
    private readonly int[] _order;

    private TrainingSession(TrainingPlan plan, DataSet data, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(data);
        plan.Validate(data);
        _plan = plan;
        _data = data;
        _width = width;
        Trainer = Trainer.Create(plan, data, width);
        _order = new int[Trainer.Rows.Length];
    }

    /// <summary>Epochs finished: 0 at the start.</summary>
    public int Epoch { get; private set; }

    public bool IsFinished => Epoch >= _plan.Epochs;

    internal Trainer Trainer { get; }

    /// <exception cref="ArgumentException">The plan cannot be trained on the data.</exception>
    public static TrainingSession Start(TrainingPlan plan, DataSet data) => Start(plan, data, LaneWidths.Best);

    /// <summary>Goes on where <see cref="Checkpoint()"/> was taken.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another format, plan or data set, or damaged.</exception>
    public static TrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint) =>
        Resume(plan, data, checkpoint, LaneWidths.Best);

    /// <summary>Trains one epoch in a fresh order, then evaluates the validation part.</summary>
    /// <param name="cancel">Looked at before each step. A session cancelled within an epoch is of no more use; resume from a checkpoint.</param>
    /// <exception cref="InvalidOperationException">All epochs are done.</exception>
    public EpochLoss RunEpoch(CancellationToken cancel = default)
    {
        if (IsFinished) throw new InvalidOperationException($"{nameof(RunEpoch)}: all {_plan.Epochs} epochs are done");
        var epoch = (uint)Epoch;
        Trainer.Rows.CopyTo(_order, 0);
        Shuffle.InPlace(_width, Stream(Purpose.Shuffle, epoch), _order);
        Trainer.Arrange(_order);
        Trainer.Augment(epoch);

        var batches = BatchesOf(_order.Length);
        var sum = 0.0;
        for (var b = 0; b < batches; b++)
        {
            cancel.ThrowIfCancellationRequested();
            sum += Trainer.Train(BatchOf(_order, b), ((long)Epoch * batches) + b + 1, Stream(Purpose.TrainingDropout, epoch, b));
        }

        var validation = Evaluate(Part.Validation, Purpose.ValidationDropout);
        Epoch++;
        return new EpochLoss(Epoch, sum / batches, validation) { NonFiniteParameter = Trainer.IsFinite() ? null : FirstNonFinite() };
    }

    /// <returns>The mean of the batch losses over the test part, rows in domain order.</returns>
    /// <exception cref="InvalidOperationException">The test part is empty.</exception>
    public double EvaluateTest() => _data.RowsOf(Part.Test).Length > 0
        ? Evaluate(Part.Test, Purpose.TestDropout)
        : throw new InvalidOperationException($"{nameof(EvaluateTest)}: the test part needs at least 1 row, found 0");

    /// <summary>θ in logical order: layer by layer, weights (output × input, row-major), then biases.</summary>
    public unsafe float[] Parameters() => Trainer.Parameters.Export(Trainer.Parameters.Theta);

    /// <summary>All that is needed to resume bit for bit.</summary>
    public byte[] Checkpoint() => CheckpointFormat.Write(_plan, _data, Epoch, Trainer.Parameters);

    /// <summary>The fit: the network's outputs for every row of the data (rows × outputs), with dropout where its evaluation is on.</summary>
    public float[] Predict()
    {
        var predictions = new float[_data.Rows * _plan.Network.Outputs];
        Predict(predictions, Stream(Purpose.FitDropout, (uint)Epoch), _plan.Regularization.Evaluation == DropoutEvaluation.On);
        return predictions;
    }

    /// <summary>Monte Carlo dropout: mean and standard deviation (n − 1) of passes with dropout on, each rows × outputs.</summary>
    /// <param name="passes">2 to 65,535.</param>
    public (float[] Mean, float[] Spread) PredictWithDropout(int passes)
    {
        if (passes is < 2 or > ushort.MaxValue) throw new ArgumentOutOfRangeException(nameof(passes), passes, "must be between 2 and 65535");
        var count = _data.Rows * _plan.Network.Outputs;
        var prediction = new float[count];
        var mean = new double[count];
        var squares = new double[count];
        for (var pass = 0; pass < passes; pass++)
        {
            Predict(prediction, Stream(Purpose.MonteCarloDropout, (uint)Epoch) with { Part = (uint)pass << 8 }, withDropout: true);
            for (var i = 0; i < count; i++)
            {
                // Welford's recurrence: no cancellation where the spread is small.
                var difference = prediction[i] - mean[i];
                mean[i] += difference / (pass + 1);
                squares[i] += difference * (prediction[i] - mean[i]);
            }
        }

        return (Array.ConvertAll(mean, m => (float)m), Array.ConvertAll(squares, s => (float)Math.Sqrt(s / (passes - 1))));
    }

    // The kernels' memory goes with the garbage collector.
    void IDisposable.Dispose()
    {
    }

    /// <summary>A session whose θ was trained before, to predict and to evaluate with.</summary>
    /// <param name="theta">As <see cref="Parameters"/> gives it.</param>
    /// <param name="epoch">Epochs it was trained for: dropout left on in evaluation draws by it.</param>
    /// <exception cref="ArgumentException">The plan does not fit the data, or θ not the plan.</exception>
    public static unsafe TrainingSession Restore(TrainingPlan plan, DataSet data, float[] theta, int epoch)
    {
        var session = new TrainingSession(plan, data, LaneWidths.Best) { Epoch = epoch };
        Requirement.That(theta.Length == plan.Network.ParameterCount, nameof(theta), $"must have the network's {plan.Network.ParameterCount} numbers", theta.Length);
        session.Trainer.Parameters.Import(theta, session.Trainer.Parameters.Theta);
        session.Trainer.Refresh();
        return session;
    }

    internal static unsafe TrainingSession Start(TrainingPlan plan, DataSet data, LaneWidth width)
    {
        var session = new TrainingSession(plan, data, width);
        var parameters = session.Trainer.Parameters;
        parameters.Import(InitialWeights.Create(plan.Network, plan.Seed), parameters.Theta);
        session.Trainer.Refresh();
        return session;
    }

    internal static TrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint, LaneWidth width)
    {
        var session = new TrainingSession(plan, data, width);
        session.Epoch = CheckpointFormat.Read(plan, data, checkpoint, session.Trainer.Parameters);
        session.Trainer.Refresh();
        return session;
    }

    private unsafe int? FirstNonFinite()
    {
        var parameters = Trainer.Parameters;
        float[] theta = parameters.Export(parameters.Theta), first = parameters.Export(parameters.First), second = parameters.Export(parameters.Second);
        for (var i = 0; i < theta.Length; i++)
        {
            if (!float.IsFinite(theta[i]) || !float.IsFinite(first[i]) || !float.IsFinite(second[i])) return i;
        }

        return null;
    }

    private double Evaluate(Part part, Purpose purpose)
    {
        var rows = _data.RowsOf(part);
        var withDropout = _plan.Regularization.Evaluation == DropoutEvaluation.On && _plan.Regularization.Drops;
        var known = withDropout ? null : Trainer.PredictAtOnce(part);
        var sum = 0.0;
        for (var b = 0; b < BatchesOf(rows.Length); b++)
        {
            sum += Trainer.Evaluate(BatchOf(rows, b), Stream(purpose, (uint)Epoch, b), withDropout, known);
        }

        GC.KeepAlive(this); // the kernels' memory lives as long as the session
        return sum / BatchesOf(rows.Length);
    }

    private void Predict(float[] predictions, RandomStream dropout, bool withDropout)
    {
        Span<int> rows = stackalloc int[Math.Min(_plan.Batch, 1024)];
        for (int first = 0, b = 0; first < _data.Rows; first += rows.Length, b++)
        {
            var batch = rows[..Math.Min(rows.Length, _data.Rows - first)];
            for (var r = 0; r < batch.Length; r++) batch[r] = first + r;
            Trainer.Predict(batch, dropout with { Step = (uint)b }, withDropout);
            Trainer.CopyPredictions(batch.Length, predictions.AsSpan(first * _plan.Network.Outputs));
        }

        GC.KeepAlive(this);
    }

    private RandomStream Stream(Purpose purpose, uint epoch, int step = 0) => new(_plan.Seed, purpose, epoch, (uint)step);

    private int BatchesOf(int rows) => (rows + _plan.Batch - 1) / _plan.Batch;

    private ReadOnlySpan<int> BatchOf(ReadOnlySpan<int> rows, int batch)
    {
        var first = batch * _plan.Batch;
        return rows.Slice(first, Math.Min(_plan.Batch, rows.Length - first));
    }
}
