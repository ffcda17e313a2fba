using SweepCluster.Training.Random;

namespace SweepCluster.Training.Data;

/// <summary>The data with the noise of one epoch on its training rows. A row's noise depends on seed, epoch, row and column alone.</summary>
internal sealed class Jitter(AugmentationPlan plan, DataSet data, int[] rows, ulong seed)
{
    private readonly float[] _x = data.X.ToArray();
    private readonly float[] _y = data.Y.ToArray();

    public ReadOnlySpan<float> X => _x;

    public ReadOnlySpan<float> Y => _y;

    /// <param name="epoch">From 0.</param>
    public void Draw(uint epoch)
    {
        var stream = new RandomStream(seed, Purpose.Augmentation, epoch);
        if (plan.Inputs > 0) Add(plan.Inputs, data.X, data.Inputs, stream, _x);
        if (plan.Targets > 0) Add(plan.Targets, data.Y, data.Outputs, stream with { Part = 1 }, _y);
    }

    private void Add(double deviation, ReadOnlySpan<float> source, int columns, in RandomStream stream, float[] target)
    {
        foreach (var row in rows)
        {
            for (var n = row * columns; n < (row + 1) * columns; n++) target[n] = (float)(source[n] + (deviation * Normal.At(stream, (uint)n)));
        }
    }
}
