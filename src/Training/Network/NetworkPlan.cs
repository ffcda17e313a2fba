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
    private const int MostLayers = 200;
    private const double MostParameters = 1e8; // θ, g, m, v and a copy in one block counted in bytes with 31 bits

    /// <summary>Weights and biases of all layers: 12,673 for the notebook.</summary>
    public int ParameterCount
    {
        get
        {
            var last = Shapes[^1];
            return last.BiasOffset + last.Outputs;
        }
    }

    private int Stems => Stem is null ? 0 : 1;

    /// <summary>The slope of ReLU and leaky ReLU for z ≤ 0.</summary>
    internal float EffectiveSlope => Activation == Activation.Relu ? 0 : Slope;

    /// <summary>Where each layer stands in θ: layer order, weights (output × input, row-major), then biases.</summary>
    public IReadOnlyList<LayerShape> Layers => Shapes;

    /// <summary>The same as an array: lists of our own structs cannot be compiled ahead, and a first trial would wait for them.</summary>
    internal LayerShape[] Shapes
    {
        get
        {
            var shapes = new LayerShape[Stems + Hidden.Count + 1];
            int inputs = Inputs, offset = 0;
            for (var l = 0; l < shapes.Length; l++)
            {
                var name = l < Stems ? "stem" : l == shapes.Length - 1 ? "output" : $"hidden{l - Stems + 1}";
                var outputs = OutputsOf(l);
                shapes[l] = new LayerShape(name, outputs, inputs, offset, checked(offset + (outputs * inputs)));
                offset = checked(shapes[l].BiasOffset + outputs);
                inputs = outputs;
            }

            return shapes;
        }
    }

    /// <exception cref="ArgumentException">There is no such network.</exception>
    internal void Validate()
    {
        Requirement.That(Inputs > 0, nameof(Inputs), "must be at least 1", Inputs);
        Requirement.That(Outputs > 0, nameof(Outputs), "must be at least 1", Outputs);
        Requirement.That(Stem is null or > 0, nameof(Stem), "must be at least 1, or null for none", Stem);
        for (var i = 0; i < Hidden.Count; i++) Requirement.That(Hidden[i] > 0, $"{nameof(Hidden)}[{i}]", "must be at least 1", Hidden[i]);
        Requirement.That(Hidden.Count <= MostLayers, nameof(Hidden), $"must be at most {MostLayers} layers", Hidden.Count);
        Requirement.That(IsKnown(Activation), nameof(Activation), "must be a known activation", Activation);
        Requirement.That(IsKnown(Output), nameof(Output), "must be a known activation", Output);
        Requirement.IsAtLeastZero(Slope, nameof(Slope));
        var numbers = 0.0; // padded; in double, where nothing overflows
        for (var l = 0; l <= Stems + Hidden.Count; l++) numbers += ((l == 0 ? Inputs : OutputsOf(l - 1)) + 31.0) * (OutputsOf(l) + 31.0);
        Requirement.That(numbers <= MostParameters, nameof(Hidden), $"must keep the network at about {MostParameters:F0} parameters", numbers.ToString("F0"));
    }

    private int OutputsOf(int layer) => layer < Stems ? Stem!.Value : layer == Stems + Hidden.Count ? Outputs : Hidden[layer - Stems];

    private static bool IsKnown(Activation activation) => activation is >= Activation.Linear and <= Activation.Sigmoid;
}

/// <summary>A layer's place in θ: weights outputs × inputs at <paramref name="WeightOffset"/>, biases at <paramref name="BiasOffset"/>.</summary>
public readonly record struct LayerShape(string Name, int Outputs, int Inputs, int WeightOffset, int BiasOffset);
