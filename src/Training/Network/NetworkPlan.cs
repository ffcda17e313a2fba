namespace SweepCluster.Training;

/// <summary>
/// A fully connected network: an optional affine stem without activation, then hidden layers [affine → dropout → activation],
/// then the affine output layer with its own activation. The notebook's is (1, 64, [64, 64, 64], LeakyRelu, 0.03, 1, Linear).
/// </summary>
/// <param name="Stem">Width of the stem, null for none.</param>
/// <param name="Slope">Slope of LeakyRelu for z ≤ 0, at least 0.</param>
public sealed record NetworkPlan(
    int Inputs, int? Stem, IReadOnlyList<int> Hidden, Activation Activation, float Slope, int Outputs, Activation Output)
{
    /// <summary>Weights and biases of all layers: 12,673 for the notebook.</summary>
    public int ParameterCount
    {
        get
        {
            var last = Layers[^1];
            return last.BiasOffset + last.Outputs;
        }
    }

    /// <summary>The slope of ReLU and leaky ReLU for z ≤ 0.</summary>
    internal float EffectiveSlope => Activation == Activation.Relu ? 0 : Slope;

    /// <summary>Where each layer stands in θ: layer order, weights (output × input, row-major), then biases.</summary>
    public IReadOnlyList<LayerShape> Layers
    {
        get
        {
            var layers = new List<LayerShape>(Hidden.Count + 2);
            if (Stem is { } stem) Append(layers, "stem", stem);
            for (var i = 0; i < Hidden.Count; i++) Append(layers, $"hidden{i + 1}", Hidden[i]);
            Append(layers, "output", Outputs);
            return layers;
        }
    }

    private void Append(List<LayerShape> layers, string name, int outputs)
    {
        var inputs = layers.Count == 0 ? Inputs : layers[^1].Outputs;
        var offset = layers.Count == 0 ? 0 : layers[^1].BiasOffset + layers[^1].Outputs;
        layers.Add(new LayerShape(name, outputs, inputs, offset, checked(offset + (outputs * inputs))));
    }
}

/// <summary>A layer's place in θ: weights outputs × inputs at <paramref name="WeightOffset"/>, biases at <paramref name="BiasOffset"/>.</summary>
public readonly record struct LayerShape(string Name, int Outputs, int Inputs, int WeightOffset, int BiasOffset);
