using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Optimizers;

/// <summary>What pulls θ towards zero in the update itself and not through the gradient.</summary>
internal static unsafe class Shrinkage<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>The proximal step of λ₁‖θ‖₁ (Parikh and Boyd 2014, 6.5.2): soft thresholding, exact zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Threshold(float threshold, float* theta, int count)
    {
        if (!(threshold > 0)) return;
        var up = TLanes.Broadcast(threshold);
        var down = TLanes.Broadcast(-threshold);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var negative = TLanes.WhereGreater(down, t, TLanes.Add(t, up), TLanes.Zero);
            TLanes.Store(theta + i, TLanes.WhereGreater(t, up, TLanes.Subtract(t, up), negative));
        }
    }

    /// <summary>Soft thresholding by pull / (√v + ε): the same in the metric of Adam and RMSprop (Yun, Lozano and Yang 2021).</summary>
    /// <param name="pull">λ₁ times the rate that stands above √v + ε in the optimizer's step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaledThreshold(float pull, float epsilon, float* theta, float* second, int count)
    {
        if (!(pull > 0)) return;
        var force = TLanes.Broadcast(pull);
        var floor = TLanes.Broadcast(epsilon);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var up = TLanes.Divide(force, TLanes.Add(TLanes.Sqrt(TLanes.Load(second + i)), floor));
            var negative = TLanes.WhereGreater(TLanes.Subtract(TLanes.Zero, up), t, TLanes.Add(t, up), TLanes.Zero);
            TLanes.Store(theta + i, TLanes.WhereGreater(t, up, TLanes.Subtract(t, up), negative));
        }
    }

    /// <summary>The subgradient λ₁·sign(θ), 0 at 0, joins the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddSign(float lambda, float* theta, float* gradient, int count)
    {
        var up = TLanes.Broadcast(lambda);
        var down = TLanes.Broadcast(-lambda);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Load(theta + i);
            var negative = TLanes.WhereGreater(TLanes.Zero, t, down, TLanes.Zero);
            TLanes.Store(gradient + i, TLanes.Add(TLanes.Load(gradient + i), TLanes.WhereGreater(t, TLanes.Zero, up, negative)));
        }
    }

    /// <summary>Decoupled weight decay: θ ← θ · factor, factor = 1 − lr·λ; where <see cref="Tiny"/> θ becomes 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decay(float factor, float* theta, int count)
    {
        if (factor == 1) return;
        var f = TLanes.Broadcast(factor);
        var none = TLanes.Broadcast(Tiny.Factor);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var t = TLanes.Multiply(TLanes.Load(theta + i), f);
            TLanes.Store(theta + i, TLanes.WhereGreater(none, TLanes.Abs(t), TLanes.Zero, t));
        }
    }
}
