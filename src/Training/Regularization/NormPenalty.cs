using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;

namespace SweepCluster.Training;

/// <summary>
/// λ · Σ over layers of ‖W‖_{p,q} = (Σⱼ (Σᵢ |wᵢⱼ|ᵖ)^{q/p})^{1/q}; column j of W (outputs × inputs) holds the weights that leave
/// input j. p = q = 2 is the Frobenius norm; p = 2, q = 1 sums the columns' lengths, which gives up inputs as a whole. The norm
/// itself, not its square. Biases have no part in it.
/// </summary>
/// <param name="P">In [1, 64], as is <paramref name="Q"/>.</param>
public sealed record NormPenalty(float Lambda, double P, double Q)
{
    internal void Validate()
    {
        Requirement.IsAtLeastZero(Lambda, nameof(Lambda));
        Requirement.That(P is >= 1 and <= 64, nameof(P), "must be in [1, 64]", P);
        Requirement.That(Q is >= 1 and <= 64, nameof(Q), "must be in [1, 64]", Q);
    }

    internal void WriteTo(BinaryWriter writer)
    {
        writer.Write("norm");
        writer.Write(Lambda);
        writer.Write(P);
        writer.Write(Q);
    }

    /// <summary>Adds the penalty's gradient at θ to the loss's.</summary>
    internal unsafe void AddGradient(ParameterMemory parameters)
    {
        foreach (var layer in parameters.Layers)
        {
            var (byOutput, byInput) = layer.IsStoredByInput ? (1, layer.PaddedOutputs) : (layer.PaddedInputs, 1);
            AddGradient(layer.Weights, parameters.Gradient + layer.Offset, layer.Outputs, layer.Inputs, byOutput, byInput);
        }
    }

    /// <summary>
    /// ∂‖W‖/∂wᵢⱼ = (cⱼ/N)^{q−1} · (|wᵢⱼ|/cⱼ)^{p−1} · sign wᵢⱼ, cⱼ the p-norm of column j and N the whole norm: quotients in [0, 1],
    /// so that nothing overflows. In double, one column after the other, outputs ascending. 0 where w is 0: a subgradient.
    /// </summary>
    /// <param name="byOutput">Numbers from weight (i, j) to (i + 1, j); <paramref name="byInput"/> to (i, j + 1).</param>
    internal unsafe void AddGradient(float* weights, float* gradient, int outputs, int inputs, nint byOutput, nint byInput)
    {
        var whole = 0.0;
        var largest = 0.0;
        for (var j = 0; j < inputs; j++) largest = Math.Max(largest, Column(weights + (j * byInput), outputs, byOutput));
        if (!(largest > 0)) return;
        for (var j = 0; j < inputs; j++) whole += Power(Column(weights + (j * byInput), outputs, byOutput) / largest, Q);
        whole = largest * Power(whole, 1 / Q);
        for (var j = 0; j < inputs; j++)
        {
            var column = Column(weights + (j * byInput), outputs, byOutput);
            if (!(column > 0)) continue;
            var outer = Lambda * Power(column / whole, Q - 1);
            for (var i = 0; i < outputs; i++)
            {
                double w = weights[(i * byOutput) + (j * byInput)];
                if (w == 0) continue;
                var pull = outer * Power(Math.Abs(w) / column, P - 1);
                gradient[(i * byOutput) + (j * byInput)] += (float)(w > 0 ? pull : -pull);
            }
        }
    }

    /// <summary>(Σᵢ |wᵢ|ᵖ)^{1/p}, taken of wᵢ / max |w|.</summary>
    private unsafe double Column(float* weights, int outputs, nint byOutput)
    {
        var largest = 0.0;
        for (var i = 0; i < outputs; i++) largest = Math.Max(largest, Math.Abs(weights[i * byOutput]));
        if (!(largest > 0)) return 0;
        var sum = 0.0;
        for (var i = 0; i < outputs; i++) sum += Power(Math.Abs(weights[i * byOutput]) / largest, P);
        return largest * Power(sum, 1 / P);
    }

    private static double Power(double x, double exponent) => exponent switch
    {
        0 => 1,
        0.5 => Math.Sqrt(x),
        1 => x,
        2 => x * x,
        _ => x == 0 ? 0 : Precise.Exp(exponent * Precise.Log(x)),
    };
}
