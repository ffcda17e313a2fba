using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Optimizers;

/// <summary>The numbers of one step of gradient descent, worked out in double and rounded once.</summary>
/// <param name="Decay">λ of the coupled L2 penalty.</param>
/// <param name="Threshold">lr · λ₁, scaled lr · λ₁ / (1 − μ): how far the L1 penalty pulls towards zero in a step.</param>
internal readonly record struct SgdStep(float Rate, float Momentum, bool Nesterov, float Decay, float Threshold)
{
    /// <param name="rate">The schedule's at this step.</param>
    public static SgdStep At(double rate, SgdPlan plan, RegularizationPlan regularization) =>
        new((float)rate, plan.Momentum, plan.Nesterov, regularization.L2,
            regularization.ThresholdAt(rate) + regularization.PullAt(rate / (1 - (double)plan.Momentum)));

    /// <summary>For parameters that no penalty shrinks.</summary>
    public SgdStep WithoutPenalty() => this with { Decay = 0, Threshold = 0 };
}

/// <summary>
/// Gradient descent with coupled L2 and proximal L1, number by number: g ← g + λθ; b ← μb + g; θ ← θ − lr·b, after Nesterov
/// θ ← θ − lr·(g + μb), without momentum θ ← θ − lr·g; then soft thresholding.
/// Numeric choice: b below the smallest normal float and θ where <see cref="Tiny"/> become 0.
/// </summary>
internal static unsafe class SgdKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static void Step(in SgdStep step, float* theta, float* gradient, float* momentum, int count)
    {
        if (step.Momentum == 0) Plain(step, theta, gradient, count);
        else WithMomentum(step, theta, gradient, momentum, count);
        Shrinkage<TLanes, TVector>.Threshold(step.Threshold, theta, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plain(in SgdStep step, float* theta, float* gradient, int count)
    {
        var rate = TLanes.Broadcast(-step.Rate);
        var decay = TLanes.Broadcast(step.Decay);
        var none = TLanes.Broadcast(Tiny.Factor);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var g = TLanes.FusedMultiplyAdd(decay, t, TLanes.Load(gradient + i));
            t = TLanes.FusedMultiplyAdd(rate, g, t);
            TLanes.Store(theta + i, TLanes.WhereGreater(none, TLanes.Abs(t), TLanes.Zero, t));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WithMomentum(in SgdStep step, float* theta, float* gradient, float* momentum, int count)
    {
        var nesterov = step.Nesterov;
        var rate = TLanes.Broadcast(-step.Rate);
        var decay = TLanes.Broadcast(step.Decay);
        var mu = TLanes.Broadcast(step.Momentum);
        var tiny = TLanes.Broadcast(Tiny.Normal);
        var none = TLanes.Broadcast(Tiny.Factor);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var g = TLanes.FusedMultiplyAdd(decay, t, TLanes.Load(gradient + i));
            var b = TLanes.FusedMultiplyAdd(mu, TLanes.Load(momentum + i), g);
            b = TLanes.WhereGreater(tiny, TLanes.Abs(b), TLanes.Zero, b);
            TLanes.Store(momentum + i, b);
            t = TLanes.FusedMultiplyAdd(rate, nesterov ? TLanes.FusedMultiplyAdd(mu, b, g) : b, t);
            TLanes.Store(theta + i, TLanes.WhereGreater(none, TLanes.Abs(t), TLanes.Zero, t));
        }
    }
}
