using SweepCluster.Training.Kernels;

namespace SweepCluster.Training;

/// <summary>Outputs of a classifier as probabilities.</summary>
public static class Softmax
{
    /// <summary>pⱼ = e^(zⱼ − max z) / Σₖ e^(zₖ − max z), in double, the sum in ascending order.</summary>
    /// <param name="outputs">rows × classes; left as it is.</param>
    public static float[] Rows(ReadOnlySpan<float> outputs, int classes)
    {
        var probabilities = new float[outputs.Length];
        var powers = new double[classes];
        for (var first = 0; first < outputs.Length; first += classes)
        {
            var row = outputs.Slice(first, classes);
            var greatest = float.NegativeInfinity;
            foreach (var output in row) greatest = MathF.Max(greatest, output);
            var sum = 0.0;
            for (var k = 0; k < classes; k++) sum += powers[k] = Precise.Exp((double)row[k] - greatest);
            for (var k = 0; k < classes; k++) probabilities[first + k] = (float)(powers[k] / sum);
        }
        return probabilities;
    }
}
