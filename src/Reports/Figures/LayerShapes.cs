using SweepCluster.Contracts;

namespace SweepCluster.Reports.Figures;

/// <summary>A layer's place among the parameters: its weights, then its biases.</summary>
internal readonly record struct LayerShape(string Name, int Offset, int Length)
{
    /// <summary>Its units: as many biases, and rows of weights; 0 where they are not known.</summary>
    public int Outputs { get; init; }

    /// <summary>Where each layer of a trial stands in θ; empty where the specification does not say, or says another number of parameters.</summary>
    /// <param name="specification">As the store holds it.</param>
    public static IReadOnlyList<LayerShape> Of(string specification, int ordinal, int replicate, int parameters)
    {
        try
        {
            var sweep = Specification.FromJson(specification);
            var trial = sweep.Resolve(sweep.ConfigurationAt(ordinal), replicate);
            return Of(trial.Model, trial.Inputs, trial.Outputs, parameters);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidCastException or OverflowException)
        {
            // Written by a later version, whose models this one does not know.
            return [];
        }
    }

    /// <summary>p and q of a trial's norm penalty; null where it has none, or the specification is of a later version.</summary>
    public static (double P, double Q)? PenaltyOf(string specification, int ordinal, int replicate)
    {
        try
        {
            var sweep = Specification.FromJson(specification);
            var norm = sweep.Resolve(sweep.ConfigurationAt(ordinal), replicate).Regularization.Norm;
            return norm.Strength > 0 ? (norm.P, norm.Q) : null;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }

    public static IReadOnlyList<LayerShape> Of(ModelSpecification model, int inputs, int outputs, int parameters)
    {
        var widths = new List<(string Name, int Width)>();
        if (model.Stem is { } stem)
            widths.Add(("stem", stem));
        widths.AddRange(model.Hidden.Select((width, i) => ($"hidden {i + 1}", width)));
        widths.Add(("output", outputs));
        var layers = new List<LayerShape>();
        var offset = 0L;
        foreach (var (name, width) in widths)
        {
            var length = (long)width * (inputs + 1);
            if (offset + length > parameters)
                return [];
            layers.Add(new LayerShape(name, (int)offset, (int)length) { Outputs = width });
            offset += length;
            inputs = width;
        }

        return offset == parameters ? layers : [];
    }
}
