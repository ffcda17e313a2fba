using System.Runtime.Intrinsics;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
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
    private bool _masksAreGiven;

    protected Trainer(TrainingPlan plan, DataSet data, LaneWidth width)
    {
        Plan = plan;
        _data = data;
        _width = width;
        Parameters = new ParameterMemory(plan.Network);
        Rate = DropoutRate.Of(plan.Regularization.Dropout);
        Batch = new BatchMemory(Parameters.Layers, Math.Min(plan.Batch, data.Rows));
        FirstHidden = plan.Network.Stem is null ? 0 : 1;
        _batches = (data.RowsOf(Part.Train).Length + plan.Batch - 1) / plan.Batch;
    }

    public ParameterMemory Parameters { get; }

    protected TrainingPlan Plan { get; }

    protected BatchMemory Batch { get; }

    protected DropoutRate Rate { get; }

    protected int FirstHidden { get; }

    public static Trainer Create(TrainingPlan plan, DataSet data, LaneWidth width) => width switch
    {
        LaneWidth.Vector512 => new Trainer<Lanes512, Vector512<float>>(plan, data, width),
        LaneWidth.Vector256 => new Trainer<Lanes256, Vector256<float>>(plan, data, width),
        LaneWidth.Vector128 => new Trainer<Lanes128, Vector128<float>>(plan, data, width),
        _ => new Trainer<LanesScalar, float>(plan, data, width),
    };

    /// <summary>One optimizer step on the rows.</summary>
    /// <param name="step">Counted from 1 over all epochs.</param>
    /// <param name="dropout">The masks' stream, without the layer.</param>
    /// <returns>The batch's loss before the step.</returns>
    public float Train(ReadOnlySpan<int> rows, long step, in RandomStream dropout)
    {
        var loss = Evaluate(rows, dropout, !Rate.DropsNothing);
        Backward(rows.Length, !Rate.DropsNothing);
        Update(step, Plan.RateAt(step, _batches));
        Parameters.RefreshCopies();
        return loss;
    }

    /// <summary>The loss of the rows; leaves the derivative of it in the batch's delta.</summary>
    public float Evaluate(ReadOnlySpan<int> rows, in RandomStream dropout, bool withDropout)
    {
        Predict(rows, dropout, withDropout);
        GatherTargets(rows);
        return Error(rows.Length);
    }

    /// <summary>The network's outputs for the rows, until the next call.</summary>
    public void Predict(ReadOnlySpan<int> rows, in RandomStream dropout, bool withDropout)
    {
        GatherInputs(rows);
        if (withDropout && !_masksAreGiven) DrawMasks(rows.Length, dropout);
        Forward(rows.Length, withDropout);
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
        withDropout && layer >= FirstHidden && layer < Parameters.Layers.Length - 1
            ? new DropoutMask(Batch.Words[layer], Rate.Threshold, Rate.Scale)
            : DropoutMask.None;

    protected Activation ActivationOf(int layer) =>
        layer == Parameters.Layers.Length - 1 ? Plan.Network.Output
        : layer < FirstHidden ? Activation.Linear
        : Plan.Network.Activation;

    protected abstract void Forward(int rows, bool withDropout);

    /// <summary>Outputs and targets to the batch's loss and delta.</summary>
    protected abstract float Error(int rows);

    /// <summary>Delta to the gradient.</summary>
    protected abstract void Backward(int rows, bool withDropout);

    /// <summary>Gradient to θ.</summary>
    protected abstract void Update(long step, double rate);

    /// <summary>Whether θ and the moments hold neither NaN nor infinity.</summary>
    public abstract bool IsFinite();

    private void DrawMasks(int rows, in RandomStream dropout)
    {
        for (var l = FirstHidden; l < Parameters.Layers.Length - 1; l++)
        {
            var words = Philox.RoundUp(DropoutMask.WordCount(rows * Parameters.Layers[l].PaddedOutputs));
            Philox.Fill(_width, dropout with { Part = dropout.Part + (uint)l }, 0, Batch.Words[l], words, RandomStream.FastRounds);
        }
    }

    private void GatherInputs(ReadOnlySpan<int> rows)
    {
        int stride = Parameters.Layers[0].InputStride, inputs = _data.Inputs;
        var x = _data.X;
        for (var r = 0; r < rows.Length; r++)
        {
            for (var i = 0; i < inputs; i++) Batch.Inputs[(r * stride) + i] = x[(rows[r] * inputs) + i];
        }
    }

    private void GatherTargets(ReadOnlySpan<int> rows)
    {
        int stride = Plan.Loss.Kind == LossKind.CrossEntropy ? 1 : Parameters.Layers[^1].OutputStride, outputs = _data.Outputs;
        var y = _data.Y;
        for (var r = 0; r < rows.Length; r++)
        {
            for (var o = 0; o < outputs; o++) Batch.Targets[(r * stride) + o] = y[(rows[r] * outputs) + o];
        }
    }
}
