using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>One layer of a trained model in numbers.</summary>
/// <param name="Frobenius">L(2,2) norm of the weight matrix.</param>
/// <param name="Columns">L(2,1): the lengths of its columns, added up.</param>
/// <param name="Entries">L(1,1): the sizes of its entries, added up.</param>
/// <param name="Zeros">Share of the weights that are exactly zero.</param>
/// <param name="Small">Share below 10⁻³ in size, the zeros among them.</param>
internal sealed record LayerNumbers(string Name, int Outputs, int Inputs, double Frobenius, double Columns, double Entries, double Zeros, double Small)
{
    /// <summary>The norm that the trial was penalized by; null where there was no such penalty.</summary>
    public (double P, double Q, double Norm)? Penalized { get; init; }

    public const float SmallBelow = 1e-3f;

    public int Weights => Outputs * Inputs;

    /// <param name="penalty">p and q of the trial's norm penalty, if it has one.</param>
    public static LayerNumbers Of(LayerShape layer, ReadOnlySpan<float> theta, (double P, double Q)? penalty = null)
    {
        var weights = theta.Slice(layer.Offset, layer.Length - layer.Outputs);
        var inputs = weights.Length / layer.Outputs;
        return new LayerNumbers(
            layer.Name, layer.Outputs, inputs,
            MatrixNorm.Of(weights, inputs, 2, 2), MatrixNorm.Of(weights, inputs, 2, 1), MatrixNorm.Of(weights, inputs, 1, 1), ShareOfZeros(weights), ShareBelow(weights))
        {
            Penalized = penalty is { } norm ? (norm.P, norm.Q, MatrixNorm.Of(weights, inputs, norm.P, norm.Q)) : null,
        };
    }

    public static double ShareOfZeros(ReadOnlySpan<float> theta) => theta.IsEmpty ? 0 : theta.Count(0f) / (double)theta.Length;

    public static double ShareBelow(ReadOnlySpan<float> theta)
    {
        var small = 0;
        foreach (var number in theta)
            small += Math.Abs(number) < SmallBelow ? 1 : 0;
        return theta.IsEmpty ? 0 : small / (double)theta.Length;
    }
}
