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
    /// <summary>−α.</summary>
    public float Descent { get; } = -Alpha;

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
/// g ← g + λθ;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α·m / (√v + ε);  after it <see cref="Shrinkage{TLanes, TVector}.Threshold"/>
/// or <see cref="Shrinkage{TLanes, TVector}.ScaledThreshold"/>.
/// Numeric choice: m and v below the smallest normal float and θ where <see cref="Tiny"/> become 0, and |g| &lt; 2⁻⁵⁶ counts as 0 in v: strong λ makes
/// thousands of such numbers, processors differ in how slow they are at them, and no θ can feel the difference.
/// </summary>
internal static unsafe class AdamKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Vectors between m and v and their θ: one long chain of both would hold up what comes behind it.</summary>
    public static nint Lag => 4 * TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(in AdamStep step, float* theta, float* gradient, float* first, float* second, int count)
    {
        for (nint i = 0; i < count + Lag; i += TLanes.Count)
        {
            if (i < count) Remember(step, theta + i, gradient + i, first + i, second + i);
            var late = i - Lag;
            if (late >= 0) Move(step, theta + late, first + late, second + late);
        }
    }

    /// <summary>A vector's m and v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Remember(in AdamStep step, float* theta, float* gradient, float* first, float* second)
    {
        var tiny = TLanes.Broadcast(Tiny.Normal);
        var g = TLanes.Load(gradient);
        if (step.Decay != 0) g = TLanes.FusedMultiplyAdd(TLanes.Broadcast(step.Decay), TLanes.Load(theta), g);
        var m = TLanes.FusedMultiplyAdd(TLanes.Broadcast(step.Beta1), TLanes.Load(first), TLanes.Multiply(TLanes.Broadcast(step.Gain1), g));
        TLanes.Store(first, TLanes.WhereGreater(tiny, TLanes.Abs(m), TLanes.Zero, m));
        var s = TLanes.WhereGreater(TLanes.Broadcast(Tiny.Squared), TLanes.Abs(g), TLanes.Zero, g);
        var v = TLanes.FusedMultiplyAdd(
            TLanes.Broadcast(step.Beta2), TLanes.Load(second), TLanes.Multiply(TLanes.Multiply(TLanes.Broadcast(step.Gain2), s), s));
        TLanes.Store(second, TLanes.WhereGreater(tiny, v, TLanes.Zero, v));
    }

    /// <summary>A vector's θ from its m and v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move(in AdamStep step, float* theta, float* first, float* second)
    {
        var root = TLanes.Add(TLanes.Sqrt(TLanes.Load(second)), TLanes.Broadcast(step.Epsilon));
        var t = TLanes.FusedMultiplyAdd(TLanes.Broadcast(step.Descent), TLanes.Divide(TLanes.Load(first), root), TLanes.Load(theta));
        TLanes.Store(theta, TLanes.WhereGreater(TLanes.Broadcast(Tiny.Factor), TLanes.Abs(t), TLanes.Zero, t));
    }
}
