using System.Numerics;

namespace SweepCluster.Training.Reference;

/// <summary>
/// The folded stem for reading: the network without its stem whose first layer is U = W₁W₀ and V = b₁ + W₁b₀, and the way
/// back from that network's gradient [G, H]. In float it gives the kernels' bits.
/// </summary>
internal static class ReferenceFold
{
    public static NetworkPlan PlanOf(NetworkPlan plan) => plan with { Stem = null };

    public static T[] Fold<T>(NetworkPlan plan, T[] theta) where T : IFloatingPointIeee754<T>
    {
        var (stem, hidden) = (plan.Layers[0], plan.Layers[1]);
        var first = PlanOf(plan).Layers[0];
        var folded = new T[PlanOf(plan).ParameterCount];
        for (var o = 0; o < hidden.Outputs; o++)
        {
            for (var i = 0; i < stem.Inputs; i++)
            {
                var u = T.Zero;
                for (var s = 0; s < hidden.Inputs; s++)
                {
                    u = T.FusedMultiplyAdd(theta[stem.WeightOffset + (s * stem.Inputs) + i], theta[hidden.WeightOffset + (o * hidden.Inputs) + s], u);
                }

                folded[first.WeightOffset + (o * first.Inputs) + i] = u;
            }

            var v = T.Zero;
            for (var s = 0; s < hidden.Inputs; s++)
            {
                v = T.FusedMultiplyAdd(theta[stem.BiasOffset + s], theta[hidden.WeightOffset + (o * hidden.Inputs) + s], v);
            }

            folded[first.BiasOffset + o] = v + theta[hidden.BiasOffset + o];
        }

        theta.AsSpan(hidden.BiasOffset + hidden.Outputs).CopyTo(folded.AsSpan(first.BiasOffset + first.Outputs));
        return folded;
    }

    /// <param name="folded">∂loss/∂ of what <see cref="Fold"/> returned.</param>
    public static T[] Unfold<T>(NetworkPlan plan, T[] theta, T[] folded) where T : IFloatingPointIeee754<T>
    {
        var (stem, hidden) = (plan.Layers[0], plan.Layers[1]);
        var first = PlanOf(plan).Layers[0];
        var gradient = new T[plan.ParameterCount];
        for (var o = 0; o < hidden.Outputs; o++)
        {
            var h = folded[first.BiasOffset + o];
            gradient[hidden.BiasOffset + o] = h;
            for (var s = 0; s < hidden.Inputs; s++)
            {
                ref var w0 = ref gradient[stem.BiasOffset + s];
                ref var w1 = ref gradient[hidden.WeightOffset + (o * hidden.Inputs) + s];
                var weight = theta[hidden.WeightOffset + (o * hidden.Inputs) + s];
                for (var i = 0; i < stem.Inputs; i++)
                {
                    var g = folded[first.WeightOffset + (o * first.Inputs) + i];
                    w1 = T.FusedMultiplyAdd(g, theta[stem.WeightOffset + (s * stem.Inputs) + i], w1);
                    ref var u = ref gradient[stem.WeightOffset + (s * stem.Inputs) + i];
                    u = T.FusedMultiplyAdd(g, weight, u);
                }

                w1 = T.FusedMultiplyAdd(h, theta[stem.BiasOffset + s], w1);
                w0 = T.FusedMultiplyAdd(h, weight, w0);
            }
        }

        folded.AsSpan(first.BiasOffset + first.Outputs).CopyTo(gradient.AsSpan(hidden.BiasOffset + hidden.Outputs));
        return gradient;
    }
}
