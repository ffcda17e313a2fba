using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Optimizers;

/// <summary>The numbers of one Adam step, worked out in double and rounded once.</summary>
/// <param name="Alpha">lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ).</param>
/// <param name="Epsilon">ε · √(1 − β₂ᵗ): with it √v needs no correction of its own.</param>
/// <param name="Threshold">lr · λ₁: how far the proximal L1 penalty pulls towards zero in a step.</param>
/// <param name="Pull">α · λ₁ of the scaled one: divided by √v + ε it is the same in Adam's metric.</param>
internal readonly record struct AdamStep(
    float Alpha, float Epsilon, float Beta1, float Gain1, float Beta2, float Gain2, float Decay, float Threshold, float Pull)
{
    public static AdamStep At(long step, AdamPlan plan, RegularizationPlan regularization) => At(step, plan.LearningRate, plan, regularization);

    /// <param name="rate">The schedule's at this step.</param>
    public static AdamStep At(long step, double rate, AdamPlan plan, RegularizationPlan regularization) =>
        At(step, rate, plan.Beta1, plan.Beta2, plan.Epsilon, regularization);

    /// <summary>The step after the weight decay.</summary>
    public static AdamStep At(long step, double rate, AdamWPlan plan, RegularizationPlan regularization) =>
        At(step, rate, plan.Beta1, plan.Beta2, plan.Epsilon, regularization);

    private static AdamStep At(long step, double rate, float beta1, float beta2, float epsilon, RegularizationPlan regularization)
    {
        var root = Math.Sqrt(1 - Precise.Power(beta2, step));
        var alpha = rate * root / (1 - Precise.Power(beta1, step));
        return new AdamStep(
            (float)alpha,
            (float)(epsilon * root),
            beta1, (float)(1 - (double)beta1),
            beta2, (float)(1 - (double)beta2),
            regularization.L2,
            regularization.ThresholdAt(rate),
            regularization.PullAt(alpha));
    }

    /// <summary>For parameters that no penalty shrinks.</summary>
    public AdamStep WithoutPenalty() => this with { Decay = 0, Threshold = 0, Pull = 0 };
}

/// <summary>
/// Adam (Kingma and Ba 2015) with coupled L2 and proximal L1, number by number:
/// g ← g + λθ;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α·m / (√v + ε);  θ ← sign(θ)·max(|θ| − lr·λ₁, 0),
/// scaled: − α·λ₁ / (√v + ε).
/// Numeric choice: m and v below the smallest normal float and θ where <see cref="Tiny"/> become 0, and |g| &lt; 2⁻⁵⁶ counts as 0 in v: strong λ makes
/// thousands of such numbers, processors differ in how slow they are at them, and no θ can feel the difference.
/// </summary>
internal static unsafe class AdamKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(in AdamStep step, float* theta, float* gradient, float* first, float* second, int count)
    {
        var alpha = TLanes.Broadcast(-step.Alpha);
        var epsilon = TLanes.Broadcast(step.Epsilon);
        var beta1 = TLanes.Broadcast(step.Beta1);
        var gain1 = TLanes.Broadcast(step.Gain1);
        var beta2 = TLanes.Broadcast(step.Beta2);
        var gain2 = TLanes.Broadcast(step.Gain2);
        var decay = TLanes.Broadcast(step.Decay);
        var tiny = TLanes.Broadcast(Tiny.Normal);
        var none = TLanes.Broadcast(Tiny.Factor);
        var small = TLanes.Broadcast(Tiny.Squared);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var g = TLanes.FusedMultiplyAdd(decay, t, TLanes.Load(gradient + i));
            var m = TLanes.FusedMultiplyAdd(beta1, TLanes.Load(first + i), TLanes.Multiply(gain1, g));
            m = TLanes.WhereGreater(tiny, TLanes.Abs(m), TLanes.Zero, m);
            TLanes.Store(first + i, m);
            var s = TLanes.WhereGreater(small, TLanes.Abs(g), TLanes.Zero, g);
            var v = TLanes.FusedMultiplyAdd(beta2, TLanes.Load(second + i), TLanes.Multiply(TLanes.Multiply(gain2, s), s));
            v = TLanes.WhereGreater(tiny, v, TLanes.Zero, v);
            TLanes.Store(second + i, v);
            t = TLanes.FusedMultiplyAdd(alpha, TLanes.Divide(m, TLanes.Add(TLanes.Sqrt(v), epsilon)), t);
            TLanes.Store(theta + i, TLanes.WhereGreater(none, TLanes.Abs(t), TLanes.Zero, t));
        }

        Shrinkage<TLanes, TVector>.Threshold(step.Threshold, theta, count);
        Shrinkage<TLanes, TVector>.ScaledThreshold(step.Pull, step.Epsilon, theta, second, count);
    }
}
