using SweepCluster.Contracts;

namespace SweepCluster.Reports.Figures;

/// <summary>A layer's place among the parameters: its weights, then its biases.</summary>
internal readonly record struct LayerShape(string Name, int Offset, int Length)
{
    /// <summary>Where each layer of a trial stands in θ; empty where the specification does not say, or says another number of parameters.</summary>
    /// <param name="specification">As the store holds it.</param>
    public static IReadOnlyList<LayerShape> Of(string specification, int ordinal, int replicate, int inputs, int parameters)
    {
        try
        {
            var sweep = Specification.FromJson(specification);
            return Of(sweep.Resolve(sweep.ConfigurationAt(ordinal), replicate).Model, inputs, parameters);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidCastException or OverflowException)
        {
            // Written by a later version, whose models this one does not know.
            return [];
        }
    }

    public static IReadOnlyList<LayerShape> Of(ModelSpecification model, int inputs, int parameters)
    {
        var widths = new List<(string Name, int Width)>();
        if (model.Stem is { } stem)
            widths.Add(("stem", stem));
        widths.AddRange(model.Hidden.Select((width, i) => ($"hidden {i + 1}", width)));
        widths.Add(("output", 1));
        var layers = new List<LayerShape>();
        var offset = 0L;
        foreach (var (name, width) in widths)
        {
            var length = (long)width * (inputs + 1);
            if (offset + length > parameters)
                return [];
            layers.Add(new LayerShape(name, (int)offset, (int)length));
            offset += length;
            inputs = width;
        }

        return offset == parameters ? layers : [];
    }
}
