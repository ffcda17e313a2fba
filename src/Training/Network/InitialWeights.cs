using SweepCluster.Training.Random;

namespace SweepCluster.Training.Network;

/// <summary>θ₀: weights and biases uniform on ±1/√fan_in, as PyTorch's Linear starts.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// Word n of the layer's stream gives number n of the layer (weights, then biases): the middle of one of 2²⁴ equal parts
    /// of the range, so padding and width of vectors have no say.
    /// </summary>
    public static float[] Create(NetworkPlan network, ulong seed)
    {
        var theta = new float[network.ParameterCount];
        var layers = network.Shapes;
        for (var l = 0; l < layers.Length; l++)
        {
            var stream = new RandomStream(seed, Purpose.InitialWeights, Part: (uint)l);
            var bound = 1 / Math.Sqrt(layers[l].Inputs);
            var numbers = theta.AsSpan(layers[l].WeightOffset, (layers[l].Inputs + 1) * layers[l].Outputs);
            for (var n = 0; n < numbers.Length; n += 4)
            {
                var block = Philox.Block(stream, (uint)n / 4);
                numbers[n] = Uniform(block.W0, bound);
                if (n + 1 < numbers.Length) numbers[n + 1] = Uniform(block.W1, bound);
                if (n + 2 < numbers.Length) numbers[n + 2] = Uniform(block.W2, bound);
                if (n + 3 < numbers.Length) numbers[n + 3] = Uniform(block.W3, bound);
            }
        }

        return theta;
    }

    private static float Uniform(uint word, double bound) => (float)(bound * ((((word >> 8) + 0.5) * (2.0 / (1 << 24))) - 1));
}
