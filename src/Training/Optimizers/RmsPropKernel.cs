using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Optimizers;

/// <summary>The numbers of one RMSprop step, worked out in double and rounded once.</summary>
/// <param name="Gain">1 − ρ.</param>
/// <param name="Decay">λ of the coupled L2 penalty.</param>
/// <param name="Threshold">lr · λ₁: how far the proximal L1 penalty pulls towards zero in a step.</param>
/// <param name="Pull">lr · λ₁ / (1 − μ) of the scaled one: divided by √v + ε it is the same in RMSprop's metric.</param>
internal readonly record struct RmsPropStep(float Rate, float Rho, float Gain, float Epsilon, float Momentum, float Decay, float Threshold, float Pull)
{
    /// <param name="rate">The schedule's at this step.</param>
    public static RmsPropStep At(double rate, RmsPropPlan plan, RegularizationPlan regularization) => new(
        (float)rate, plan.Rho, (float)(1 - (double)plan.Rho), plan.Epsilon, plan.Momentum, regularization.L2,
        regularization.ThresholdAt(rate), regularization.PullAt(rate / (1 - (double)plan.Momentum)));

    /// <summary>For parameters that no penalty shrinks.</summary>
    public RmsPropStep WithoutPenalty() => this with { Decay = 0, Threshold = 0, Pull = 0 };
}

/// <summary>
/// RMSprop with coupled L2 and proximal L1, number by number: g ← g + λθ; v ← ρv + (1 − ρ)g²; u = g / (√v + ε); b ← μb + u;
/// θ ← θ − lr·b (without momentum θ ← θ − lr·u); then soft thresholding.
/// Numeric choice: v and b below the smallest normal float and θ where <see cref="Tiny"/> become 0; |g| &lt; 2⁻⁵⁶ counts as 0 in v.
/// </summary>
internal static unsafe class RmsPropKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(in RmsPropStep step, float* theta, float* gradient, float* momentum, float* second, int count)
    {
        var hasMomentum = step.Momentum > 0;
        var rate = TLanes.Broadcast(-step.Rate);
        var rho = TLanes.Broadcast(step.Rho);
        var gain = TLanes.Broadcast(step.Gain);
        var epsilon = TLanes.Broadcast(step.Epsilon);
        var mu = TLanes.Broadcast(step.Momentum);
        var decay = TLanes.Broadcast(step.Decay);
        var tiny = TLanes.Broadcast(Tiny.Normal);
        var none = TLanes.Broadcast(Tiny.Factor);
        var small = TLanes.Broadcast(Tiny.Squared);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var g = TLanes.FusedMultiplyAdd(decay, t, TLanes.Load(gradient + i));
            var s = TLanes.WhereGreater(small, TLanes.Abs(g), TLanes.Zero, g);
            var v = TLanes.FusedMultiplyAdd(rho, TLanes.Load(second + i), TLanes.Multiply(TLanes.Multiply(gain, s), s));
            v = TLanes.WhereGreater(tiny, v, TLanes.Zero, v);
            TLanes.Store(second + i, v);
            var u = TLanes.Divide(g, TLanes.Add(TLanes.Sqrt(v), epsilon));
            if (hasMomentum)
            {
                u = TLanes.FusedMultiplyAdd(mu, TLanes.Load(momentum + i), u);
                u = TLanes.WhereGreater(tiny, TLanes.Abs(u), TLanes.Zero, u);
                TLanes.Store(momentum + i, u);
            }

            t = TLanes.FusedMultiplyAdd(rate, u, t);
            TLanes.Store(theta + i, TLanes.WhereGreater(none, TLanes.Abs(t), TLanes.Zero, t));
        }

        Shrinkage<TLanes, TVector>.Threshold(step.Threshold, theta, count);
        Shrinkage<TLanes, TVector>.ScaledThreshold(step.Pull, step.Epsilon, theta, second, count);
    }
}
