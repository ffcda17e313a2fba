using SweepCluster.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SweepCluster.TorchSharp;

/// <summary>A <see cref="NetworkPlan"/> as libtorch's parameters, in the order of θ: weights (output × input), biases, layer by layer.</summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly NetworkPlan _plan;
    private readonly IReadOnlyList<LayerShape> _layers;
    private readonly Parameter[] _parameters;

    public TorchNetwork(NetworkPlan plan, float[] theta)
    {
        (_plan, _layers) = (plan, plan.Layers);
        FirstHidden = plan.Stem is null ? 0 : 1;
        _parameters = [.. _layers.SelectMany(layer => (Parameter[])
        [
            new Parameter(tensor(theta[layer.WeightOffset..layer.BiasOffset], [layer.Outputs, layer.Inputs])),
            new Parameter(tensor(theta[layer.BiasOffset..(layer.BiasOffset + layer.Outputs)], [layer.Outputs])),
        ])];
    }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The first layer that dropout applies to; the last is the one before the output layer.</summary>
    public int FirstHidden { get; }

    /// <param name="x">rows × inputs.</param>
    /// <param name="masks">Per layer rows × outputs, 0 or the scale of what is kept; null for no dropout.</param>
    /// <returns>rows × outputs.</returns>
    public Tensor Forward(Tensor x, IReadOnlyList<Tensor?>? masks)
    {
        for (var l = 0; l < _layers.Count; l++)
        {
            var z = nn.functional.linear(x, _parameters[2 * l], _parameters[(2 * l) + 1]);
            if (masks?[l] is { } mask) z = z.mul(mask);
            x = Activate(ActivationOf(l), z);
        }

        return x;
    }

    public float[] Export()
    {
        var theta = new float[_plan.ParameterCount];
        var offset = 0;
        foreach (var parameter in _parameters)
        {
            var numbers = parameter.data<float>().ToArray();
            numbers.CopyTo(theta, offset);
            offset += numbers.Length;
        }

        return theta;
    }

    public void Import(float[] theta)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        var offset = 0;
        foreach (var parameter in _parameters)
        {
            var count = (int)parameter.numel();
            parameter.copy_(tensor(theta[offset..(offset + count)], parameter.shape));
            offset += count;
        }
    }

    /// <summary>θ ← sign(θ)·max(|θ| − t, 0).</summary>
    public void Shrink(double threshold)
    {
        using var still = no_grad();
        foreach (var parameter in _parameters) parameter.copy_(parameter.sign().mul(parameter.abs().sub(threshold).clamp_min(0)));
    }

    /// <summary>λ/2 · ‖θ‖².</summary>
    public Tensor Penalty(double l2) => _parameters.Select(parameter => parameter.square().sum()).Aggregate((a, b) => a.add(b)).mul(l2 / 2);

    public void Dispose()
    {
        foreach (var parameter in _parameters) parameter.Dispose();
    }

    private Tensor Activate(Activation activation, Tensor z) => activation switch
    {
        Activation.Linear => z,
        Activation.Relu => z.relu(),
        Activation.LeakyRelu => z.leaky_relu(_plan.Slope),
        Activation.Tanh => z.tanh(),
        Activation.Sigmoid => z.sigmoid(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "is not known to the torchsharp trainer"),
    };

    private Activation ActivationOf(int layer) =>
        layer == _layers.Count - 1 ? _plan.Output : layer < FirstHidden ? Activation.Linear : _plan.Activation;
}
