using System.Runtime.Intrinsics;
using SweepCluster.Training.Data;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.PiecewiseLinear;
using SweepCluster.Training.Random;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training;

/// <summary>
/// θ and the work on one batch: forward, loss, backward, step. Which batches, and when, is the session's business.
/// Not for several threads; nothing is allocated after construction.
/// </summary>
internal abstract unsafe class Trainer
{
    private readonly DataSet _data;
    private readonly LaneWidth _width;
    private readonly int _batches;
    private readonly SortedRows? _sorted;
    private readonly Jitter? _jitter;
    private readonly DropoutRate[] _rates; // by hidden layer
    private readonly Walk?[] _walks = new Walk?[Enum.GetValues<Part>().Length];
    private bool _masksAreGiven;

    protected Trainer(TrainingPlan plan, DataSet data, LaneWidth width)
    {
        Plan = plan;
        _data = data;
        _width = width;
        FirstHidden = plan.Network.Stem is null ? 0 : 1;
        var isPiecewise = plan.ResolvedPath == TrainingPath.PiecewiseLinear;
        Parameters = new ParameterMemory(plan.Network, isPiecewise ? FirstHidden + 1 : -1);
        _rates = new DropoutRate[plan.Network.Hidden.Count];
        for (var hidden = 0; hidden < _rates.Length; hidden++)
        {
            _rates[hidden] = DropoutRate.Of(plan.Regularization.DropoutOf(hidden));
            Drops |= !_rates[hidden].DropsNothing;
        }

        Batch = new BatchMemory(Parameters.Layers, Math.Min(plan.Batch, data.Rows));
        Rows = TrainingRows.Of(plan, data);
        _batches = (Rows.Length + plan.Batch - 1) / plan.Batch;
        if (!plan.Augmentation.IsNone) _jitter = new Jitter(plan.Augmentation, data, Rows, plan.Seed);
        if (FirstHidden > 0 && plan.ResolvedPath != TrainingPath.Plain) Fold = new FoldedStem(Parameters.Layers[0], Parameters.Layers[1]);
        if (!isPiecewise) return;
        _sorted = new SortedRows(data, Rows);
        Second = new SecondLayer(Parameters.Layers[FirstHidden + 1], Math.Min(plan.Batch, data.Rows));
    }

    public ParameterMemory Parameters { get; }

    protected TrainingPlan Plan { get; }

    protected BatchMemory Batch { get; }

    /// <summary>The rows that are trained on, ascending.</summary>
    public int[] Rows { get; }

    /// <summary>Some unit of some hidden layer may be dropped.</summary>
    private bool Drops { get; }

    protected int FirstHidden { get; }

    /// <summary>Null where stem and first hidden layer are computed one after the other.</summary>
    protected FoldedStem? Fold { get; }

    /// <summary>Null unless the path is piecewise linear.</summary>
    protected SecondLayer? Second { get; }

    /// <summary>The first layer that is computed from the inputs.</summary>
    protected int First => Fold is null ? 0 : 1;

    public static Trainer Create(TrainingPlan plan, DataSet data, LaneWidth width) => width switch
    {
        LaneWidth.Vector512 => new Trainer<Lanes512, Vector512<float>>(plan, data, width),
        LaneWidth.Vector256 => new Trainer<Lanes256, Vector256<float>>(plan, data, width),
        LaneWidth.Vector128 => new Trainer<Lanes128, Vector128<float>>(plan, data, width),
        _ => new Trainer<LanesScalar, float>(plan, data, width),
    };

    /// <summary>Brings the rows of each batch into the order in which <see cref="Train"/> wants them.</summary>
    public void Arrange(Span<int> order) => _sorted?.Arrange(order, Plan.Batch);

    /// <summary>To be called before the first batch of an epoch, counted from 0.</summary>
    public void Augment(uint epoch) => _jitter?.Draw(epoch);

    /// <summary>One optimizer step on the rows, a batch of an arranged order.</summary>
    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="dropout">The masks' stream, without the layer.</param>
    /// <returns>The batch's loss before the step.</returns>
    public float Train(ReadOnlySpan<int> rows, long step, in RandomStream dropout)
    {
        GatherInputs(rows, _jitter is null ? _data.X : _jitter.X);
        if (Drops && !_masksAreGiven) DrawMasks(rows.Length, dropout);
        Forward(rows.Length, Drops, isArranged: true);
        GatherTargets(rows, _jitter is null ? _data.Y : _jitter.Y);
        var loss = Error(rows.Length);
        Step(rows.Length, Drops, step, Plan.RateAt(step, _batches));
        if (Fold is not null) FoldStem(Fold);
        return loss;
    }

    /// <summary>Everything derived from θ; to be called whenever θ has changed from outside.</summary>
    public void Refresh()
    {
        Parameters.RefreshCopies();
        if (Fold is not null) FoldStem(Fold);
    }

    /// <summary>The predictions of a whole part at once, without dropout, where the path offers that: for <see cref="Evaluate"/> until θ changes.</summary>
    public float[]? PredictAtOnce(Part part)
    {
        if (_sorted is null) return null;
        var walk = _walks[(int)part] ??= new Walk(_data, part, Parameters.Layers, First, Plan.Network.EffectiveSlope);
        Run(walk);
        return walk.Predictions;
    }

    /// <summary>The loss of the rows; leaves the derivative of it in the batch's delta.</summary>
    /// <param name="known">Predictions by row of the data, or null.</param>
    public float Evaluate(ReadOnlySpan<int> rows, in RandomStream dropout, bool withDropout, float[]? known = null)
    {
        if (known is null) Predict(rows, dropout, withDropout);
        else Gather(known, Plan.Network.Outputs, rows, Batch.Outputs[^1], Parameters.Layers[^1].OutputStride);
        GatherTargets(rows, _data.Y);
        return Error(rows.Length);
    }

    /// <summary>The network's outputs for the rows, until the next call.</summary>
    public void Predict(ReadOnlySpan<int> rows, in RandomStream dropout, bool withDropout)
    {
        GatherInputs(rows, _data.X);
        if (withDropout && !_masksAreGiven) DrawMasks(rows.Length, dropout);
        Forward(rows.Length, withDropout, isArranged: false);
    }

    public void CopyPredictions(int count, Span<float> predictions)
    {
        var last = Parameters.Layers[^1];
        var outputs = new ReadOnlySpan<float>(Batch.Outputs[^1], count * last.OutputStride);
        for (var r = 0; r < count; r++) outputs.Slice(r * last.OutputStride, last.Outputs).CopyTo(predictions[(r * last.Outputs)..]);
    }

    /// <summary>From here on these masks (per hidden layer rows × width, true = kept) instead of random ones.</summary>
    internal void GiveMasks(IReadOnlyList<bool[]> masks)
    {
        _masksAreGiven = true;
        for (var h = 0; h < masks.Count; h++)
        {
            var layer = Parameters.Layers[FirstHidden + h];
            var words = Batch.Words[FirstHidden + h];
            for (var n = 0; n < masks[h].Length; n++)
            {
                nint element = (n / layer.Outputs * layer.PaddedOutputs) + (n % layer.Outputs);
                var word = new DropoutMask(words, 0, 0).WordsAt(element);
                var bits = 0xFFFFu << DropoutMask.ShiftAt(element);
                *word = masks[h][n] ? *word & ~bits : *word | bits;
            }
        }
    }

    protected DropoutMask MaskOf(int layer, bool withDropout) =>
        withDropout && layer >= FirstHidden && layer < Parameters.Layers.Length - 1 && _rates[layer - FirstHidden] is { DropsNothing: false } rate
            ? new DropoutMask(Batch.Words[layer], rate.Threshold, rate.Scale)
            : DropoutMask.None;

    protected Activation ActivationOf(int layer) =>
        layer == Parameters.Layers.Length - 1 ? Plan.Network.Output
        : layer < FirstHidden ? Activation.Linear
        : Plan.Network.Activation;

    /// <param name="isArranged">Rows stand in the order of <see cref="Arrange"/>.</param>
    protected abstract void Forward(int rows, bool withDropout, bool isArranged);

    /// <summary>Outputs and targets to the batch's loss and delta.</summary>
    protected abstract float Error(int rows);

    /// <summary>Delta to the gradient, gradient to θ, and the layers' copies of it.</summary>
    protected abstract void Step(int rows, bool withDropout, long step, double rate);

    protected abstract void FoldStem(FoldedStem fold);

    protected abstract void Run(Walk walk);

    /// <summary>Whether θ and the moments hold neither NaN nor infinity.</summary>
    public abstract bool IsFinite();

    private void DrawMasks(int rows, in RandomStream dropout)
    {
        for (var l = FirstHidden; l < Parameters.Layers.Length - 1; l++)
        {
            if (_rates[l - FirstHidden].DropsNothing) continue;
            var words = Philox.RoundUp(DropoutMask.WordCount(rows * Parameters.Layers[l].PaddedOutputs));
            Philox.Fill(_width, dropout with { Part = dropout.Part + (uint)l }, 0, Batch.Words[l], words, RandomStream.FastRounds);
        }
    }

    private void GatherInputs(ReadOnlySpan<int> rows, ReadOnlySpan<float> x) =>
        Gather(x, _data.Inputs, rows, Batch.Inputs, Parameters.Layers[0].InputStride);

    private void GatherTargets(ReadOnlySpan<int> rows, ReadOnlySpan<float> y) =>
        Gather(y, _data.Outputs, rows, Batch.Targets, Plan.Loss.Kind == LossKind.CrossEntropy ? 1 : Parameters.Layers[^1].OutputStride);

    /// <param name="source">Rows of the data × width.</param>
    private static void Gather(ReadOnlySpan<float> source, int width, ReadOnlySpan<int> rows, float* target, int stride)
    {
        if (width == 1)
        {
            for (var r = 0; r < rows.Length; r++, target += stride) *target = source[rows[r]];
            return;
        }

        for (var r = 0; r < rows.Length; r++)
        {
            for (var c = 0; c < width; c++) target[(r * stride) + c] = source[(rows[r] * width) + c];
        }
    }
}
