using System.Buffers.Binary;
using SweepCluster.Training;

namespace PolynomialTrainer;

/// <summary>Fits a polynomial by gradient descent over all rows: a trainer of one's own, in a package of its own. λ is the sweep file's.</summary>
public sealed class Trainer : ITrainer
{
    public string Name => "polynomial";

    public ITrainingSession Start(TrainingPlan plan, DataSet data) => new Session(plan, data, new double[Session.Degree + 1], 0);

    public ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint)
    {
        if (checkpoint.Length != Session.CheckpointBytes) throw new InvalidDataException($"checkpoint: expected {Session.CheckpointBytes} bytes, found {checkpoint.Length}");
        var theta = new double[Session.Degree + 1];
        for (var i = 0; i < theta.Length; i++) theta[i] = BinaryPrimitives.ReadDoubleLittleEndian(checkpoint[(4 + (8 * i))..]);
        return new Session(plan, data, theta, BinaryPrimitives.ReadInt32LittleEndian(checkpoint));
    }
}

/// <summary>One trial. Chebyshev polynomials on the data's interval, so that their coefficients learn at one pace.</summary>
internal sealed class Session : ITrainingSession
{
    public const int Degree = 12;
    public const int CheckpointBytes = 4 + (8 * (Degree + 1));

    private readonly TrainingPlan _plan;
    private readonly DataSet _data;
    private readonly double[] _theta;
    private readonly double[][] _basis;

    public Session(TrainingPlan plan, DataSet data, double[] theta, int epoch)
    {
        if (data.Inputs != 1 || data.Outputs != 1) throw new ArgumentException($"polynomial: expected one input and one target, found {data.Inputs} and {data.Outputs}", nameof(data));
        (_plan, _data, _theta, Epoch) = (plan, data, theta, epoch);
        var (low, high) = (data.X[0], data.X[0]);
        foreach (var x in data.X) (low, high) = (Math.Min(low, x), Math.Max(high, x));
        _basis = new double[data.Rows][];
        for (var row = 0; row < data.Rows; row++) _basis[row] = Chebyshev((2.0 * (data.X[row] - low) / (high - low)) - 1);
    }

    public int Epoch { get; private set; }

    public bool IsFinished => Epoch >= _plan.Epochs;

    public EpochLoss RunEpoch(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var gradient = new double[_theta.Length];
        var rows = _data.RowsOf(Part.Train);
        var loss = Loss(Part.Train);
        foreach (var row in rows)
        {
            var error = Predict(row) - _data.Y[row];
            for (var i = 0; i < gradient.Length; i++) gradient[i] += 2 * error * _basis[row][i] / rows.Length;
        }
        for (var i = 0; i < _theta.Length; i++) _theta[i] -= 100 * _plan.Optimizer.LearningRate * (gradient[i] + (_plan.Regularization.L2 * _theta[i]));
        Epoch++;
        return new EpochLoss(Epoch, loss, Loss(Part.Validation));
    }

    public double EvaluateTest() => Loss(Part.Test);

    public float[] Parameters() => Array.ConvertAll(_theta, coefficient => (float)coefficient);

    public byte[] Checkpoint()
    {
        var bytes = new byte[CheckpointBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Epoch);
        for (var i = 0; i < _theta.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(4 + (8 * i)), _theta[i]);
        return bytes;
    }

    public float[] Predict() => [.. Enumerable.Range(0, _data.Rows).Select(row => (float)Predict(row))];

    public (float[] Mean, float[] Spread) PredictWithDropout(int passes) => (Predict(), new float[_data.Rows]);

    public void Dispose()
    {
    }

    private double Predict(int row)
    {
        var sum = 0.0;
        for (var i = 0; i < _theta.Length; i++) sum += _theta[i] * _basis[row][i];
        return sum;
    }

    private double Loss(Part part)
    {
        var sum = 0.0;
        foreach (var row in _data.RowsOf(part)) sum += (Predict(row) - _data.Y[row]) * (Predict(row) - _data.Y[row]);
        return sum / _data.RowsOf(part).Length;
    }

    private static double[] Chebyshev(double x)
    {
        var values = new double[Degree + 1];
        (values[0], values[1]) = (1, x);
        for (var i = 2; i <= Degree; i++) values[i] = (2 * x * values[i - 1]) - values[i - 2];
        return values;
    }
}
