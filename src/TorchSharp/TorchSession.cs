using SweepCluster.Training;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.PiecewiseLinear;
using SweepCluster.Training.Random;
using SweepCluster.Training.Regularization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SweepCluster.TorchSharp;

/// <summary>One trial in training with libtorch, on one of its threads. Every tensor of a step is gone after it.</summary>
internal sealed class TorchSession : ITrainingSession
{
    private readonly TrainingPlan _plan;
    private readonly DataSet _data;
    private readonly DropoutRate _rate;
    private readonly int[] _order;
    private readonly SortedRows? _arranged;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly TorchNetwork _network;
    private readonly OptimizerHelper _optimizer;

    public TorchSession(TrainingPlan plan, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(data);
        // A shape that libtorch refuses may take the process with it: it gets none that was not looked at.
        plan.Validate(data);
        Requirement.That(plan.OwnFeature is null, plan.OwnFeature ?? "", "must be left out, or trained with training.trainer: simd, which alone knows it", "torchsharp");
        (_plan, _data, _rate) = (plan, data, DropoutRate.Of(plan.Regularization.Dropout));
        _order = new int[data.RowsOf(Part.Train).Length];
        // Ours brings a batch's rows into another order there; the masks belong to the places.
        if (plan.ResolvedPath == TrainingPath.PiecewiseLinear) _arranged = new SortedRows(data, data.RowsOf(Part.Train));
        TakeOneThread();
        _x = tensor(data.X.ToArray(), [data.Rows, data.Inputs]);
        _y = plan.Loss.Kind == LossKind.CrossEntropy
            ? tensor(Array.ConvertAll(data.Y.ToArray(), target => (long)target))
            : tensor(data.Y.ToArray(), [data.Rows, data.Outputs]);
        _network = new TorchNetwork(plan.Network, InitialWeights.Create(plan.Network, plan.Seed));
        _optimizer = TorchOptimizer.Of(plan, _network.Parameters);
    }

    public int Epoch { get; private set; }

    public bool IsFinished => Epoch >= _plan.Epochs;

    public EpochLoss RunEpoch(CancellationToken cancel = default)
    {
        if (IsFinished) throw new InvalidOperationException($"{nameof(RunEpoch)}: all {_plan.Epochs} epochs are done");
        TakeOneThread();
        _data.RowsOf(Part.Train).CopyTo(_order);
        Shuffle.InPlace(LaneWidths.Best, Stream(Purpose.Shuffle), _order);
        _arranged?.Arrange(_order, _plan.Batch);
        var batches = BatchesOf(_order.Length);
        var sum = 0.0;
        for (var b = 0; b < batches; b++)
        {
            cancel.ThrowIfCancellationRequested();
            sum += Train(BatchOf(_order, b), ((long)Epoch * batches) + b + 1, batches, Stream(Purpose.TrainingDropout, b));
        }

        var validation = Evaluate(Part.Validation, Purpose.ValidationDropout);
        Epoch++;
        return new EpochLoss(Epoch, sum / batches, validation) { NonFiniteParameter = FirstNonFinite() };
    }

    public double EvaluateTest() => _data.RowsOf(Part.Test).Length > 0
        ? Evaluate(Part.Test, Purpose.TestDropout)
        : throw new InvalidOperationException($"{nameof(EvaluateTest)}: the test part needs at least 1 row, found 0");

    public float[] Parameters() => _network.Export();

    public byte[] Checkpoint() => TorchCheckpoint.Write(CheckpointFormat.Fingerprint(_plan, _data), Epoch, _network, _optimizer);

    public void Load(ReadOnlySpan<byte> checkpoint) => Epoch = TorchCheckpoint.Read(CheckpointFormat.Fingerprint(_plan, _data), checkpoint, _network, _optimizer);

    public float[] Predict()
    {
        var predictions = new float[_data.Rows * _plan.Network.Outputs];
        Predict(predictions, Stream(Purpose.FitDropout), _plan.Regularization.Evaluation == DropoutEvaluation.On);
        return predictions;
    }

    public (float[] Mean, float[] Spread) PredictWithDropout(int passes)
    {
        if (passes is < 2 or > ushort.MaxValue) throw new ArgumentOutOfRangeException(nameof(passes), passes, "must be between 2 and 65535");
        var prediction = new float[_data.Rows * _plan.Network.Outputs];
        var (mean, squares) = (new double[prediction.Length], new double[prediction.Length]);
        for (var pass = 0; pass < passes; pass++)
        {
            Predict(prediction, Stream(Purpose.MonteCarloDropout) with { Part = (uint)pass << 8 }, withDropout: true);
            for (var i = 0; i < prediction.Length; i++)
            {
                // Welford's recurrence: no cancellation where the spread is small.
                var difference = prediction[i] - mean[i];
                mean[i] += difference / (pass + 1);
                squares[i] += difference * (prediction[i] - mean[i]);
            }
        }

        return (Array.ConvertAll(mean, m => (float)m), Array.ConvertAll(squares, s => (float)Math.Sqrt(s / (passes - 1))));
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _x.Dispose();
        _y.Dispose();
    }

    // A silo trains one trial a core; libtorch would take all of them for each. The number belongs to the thread that asks.
    private static void TakeOneThread() => set_num_threads(1);

    private float Train(ReadOnlySpan<int> rows, long step, int batches, in RandomStream dropout)
    {
        using var scope = NewDisposeScope();
        var loss = Loss(rows, dropout, !_rate.DropsNothing);
        _optimizer.zero_grad();
        loss.backward();
        if (_plan.ClipNorm is { } limit) nn.utils.clip_grad_norm_(_network.Parameters, limit);
        if (TorchOptimizer.LeavesOutL2(_plan)) _network.Penalty(_plan.Regularization.L2).backward(); // joins the gradient, as in our AdamW
        var rate = _plan.RateAt(step, batches);
        foreach (var group in _optimizer.ParamGroups) group.LearningRate = rate;
        _optimizer.step();
        if (_plan.Regularization.L1 > 0) _network.Shrink(rate * _plan.Regularization.L1);
        return loss.item<float>();
    }

    private int? FirstNonFinite() => Array.FindIndex(_network.Export(), number => !float.IsFinite(number)) is >= 0 and var index ? index : null;

    private double Evaluate(Part part, Purpose purpose)
    {
        var rows = _data.RowsOf(part);
        var withDropout = _plan.Regularization.Evaluation == DropoutEvaluation.On && _plan.Regularization.Dropout > 0;
        using var still = no_grad();
        var sum = 0.0;
        for (var b = 0; b < BatchesOf(rows.Length); b++)
        {
            using var scope = NewDisposeScope();
            sum += Loss(BatchOf(rows, b), Stream(purpose, b), withDropout).item<float>();
        }

        return sum / BatchesOf(rows.Length);
    }

    private Tensor Loss(ReadOnlySpan<int> rows, in RandomStream dropout, bool withDropout)
    {
        var index = tensor(rows.ToArray());
        var (output, target) = (Forward(index, rows.Length, dropout, withDropout), _y.index_select(0, index));
        return _plan.Loss.Kind switch
        {
            LossKind.CrossEntropy => nn.functional.cross_entropy(output, target),
            LossKind.Huber => Huber(output.sub(target), _plan.Loss.Delta),
            _ => nn.functional.mse_loss(output, target),
        };
    }

    // With c = d cut to ±δ: c·(d − c/2) is d²/2 inside and δ·(|d| − δ/2) outside.
    private static Tensor Huber(Tensor d, float delta)
    {
        var cut = d.clamp(-delta, delta);
        return cut.mul(d.sub(cut.mul(0.5f))).mean();
    }

    private Tensor Forward(Tensor index, int rows, in RandomStream dropout, bool withDropout) =>
        _network.Forward(_x.index_select(0, index), withDropout ? TorchMasks.Draw(_plan.Network, _rate, rows, dropout) : null);

    private void Predict(float[] predictions, RandomStream dropout, bool withDropout)
    {
        using var still = no_grad();
        var most = Math.Min(_plan.Batch, 1024);
        for (int first = 0, b = 0; first < _data.Rows; first += most, b++)
        {
            using var scope = NewDisposeScope();
            int[] rows = [.. Enumerable.Range(first, Math.Min(most, _data.Rows - first))];
            Forward(tensor(rows), rows.Length, dropout with { Step = (uint)b }, withDropout).data<float>().ToArray()
                .CopyTo(predictions, first * _plan.Network.Outputs);
        }
    }

    private RandomStream Stream(Purpose purpose, int step = 0) => new(_plan.Seed, purpose, (uint)Epoch, (uint)step);

    private int BatchesOf(int rows) => (rows + _plan.Batch - 1) / _plan.Batch;

    private ReadOnlySpan<int> BatchOf(ReadOnlySpan<int> rows, int batch)
    {
        var first = batch * _plan.Batch;
        return rows.Slice(first, Math.Min(_plan.Batch, rows.Length - first));
    }
}
