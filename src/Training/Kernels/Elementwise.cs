using System.Runtime.CompilerServices;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// Dropout and activation over a block of count = rows × padded width numbers, in place.
/// Forward: a = f(keep ? scale · z : 0). Backward: δ = keep ? scale · (δ · f′) : 0. Both 0 where <see cref="Tiny"/>, but for a
/// linear layer without dropout, which is left as it is.
/// </summary>
internal static unsafe class Elementwise<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static void Forward(Activation activation, float slope, float* z, int count, DropoutMask mask)
    {
        switch (activation)
        {
            case Activation.Linear when !mask.IsOn: break;
            case Activation.Linear: Forward<TwoSlopes<TLanes, TVector>>(1f, z, count, mask); break;
            case Activation.Relu: Forward<TwoSlopes<TLanes, TVector>>(0f, z, count, mask); break;
            case Activation.LeakyRelu: Forward<TwoSlopes<TLanes, TVector>>(slope, z, count, mask); break;
            case Activation.Tanh: Forward<HyperbolicTangent<TLanes, TVector>>(slope, z, count, mask); break;
            case Activation.Sigmoid: Forward<Logistic<TLanes, TVector>>(slope, z, count, mask); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation));
        }
    }

    public static void Backward(Activation activation, float slope, float* a, float* delta, int count, DropoutMask mask)
    {
        switch (activation)
        {
            case Activation.Linear when !mask.IsOn: break;
            case Activation.Linear: Backward<TwoSlopes<TLanes, TVector>>(1f, a, delta, count, mask); break;
            case Activation.Relu: Backward<TwoSlopes<TLanes, TVector>>(0f, a, delta, count, mask); break;
            case Activation.LeakyRelu: Backward<TwoSlopes<TLanes, TVector>>(slope, a, delta, count, mask); break;
            case Activation.Tanh: Backward<HyperbolicTangent<TLanes, TVector>>(slope, a, delta, count, mask); break;
            case Activation.Sigmoid: Backward<Logistic<TLanes, TVector>>(slope, a, delta, count, mask); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TRule>(float slope, float* z, int count, DropoutMask mask)
        where TRule : struct, IActivationRule<TLanes, TVector>
    {
        var s = TLanes.Broadcast(slope);
        if (!mask.IsOn)
        {
            for (nint i = 0; i < count; i += TLanes.Count) TLanes.Store(z + i, Flushed(TRule.Value(TLanes.Load(z + i), s)));
            return;
        }

        var scale = TLanes.Broadcast(mask.Scale);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var kept = TLanes.Keep(TLanes.Multiply(TLanes.Load(z + i), scale), mask.WordsAt(i), DropoutMask.ShiftAt(i), mask.Threshold);
            TLanes.Store(z + i, Flushed(TRule.Value(kept, s)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TRule>(float slope, float* a, float* delta, int count, DropoutMask mask)
        where TRule : struct, IActivationRule<TLanes, TVector>
    {
        var s = TLanes.Broadcast(slope);
        if (!mask.IsOn)
        {
            for (nint i = 0; i < count; i += TLanes.Count)
            {
                TLanes.Store(delta + i, Flushed(TRule.Derivative(TLanes.Load(a + i), TLanes.Load(delta + i), s)));
            }

            return;
        }

        var scale = TLanes.Broadcast(mask.Scale);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var d = TLanes.Multiply(TRule.Derivative(TLanes.Load(a + i), TLanes.Load(delta + i), s), scale);
            TLanes.Store(delta + i, TLanes.Keep(Flushed(d), mask.WordsAt(i), DropoutMask.ShiftAt(i), mask.Threshold));
        }
    }

    /// <summary>One vector of <see cref="Forward(Activation, float, float*, int, DropoutMask)"/> of an activation of two slopes, for whoever has it in a register.</summary>
    /// <param name="element">Its place in the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Forward(TVector z, TVector slope, in DropoutMask mask, nint element)
    {
        if (mask.IsOn) z = TLanes.Keep(TLanes.Multiply(z, TLanes.Broadcast(mask.Scale)), mask.WordsAt(element), DropoutMask.ShiftAt(element), mask.Threshold);
        return Flushed(TwoSlopes<TLanes, TVector>.Value(z, slope));
    }

    /// <summary>One vector of <see cref="Backward(Activation, float, float*, float*, int, DropoutMask)"/> likewise.</summary>
    /// <param name="tiny"><see cref="Tiny.Factor"/>, or 0 for a linear layer without dropout.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Backward(TVector a, TVector delta, TVector slope, float tiny, in DropoutMask mask, nint element)
    {
        var d = TwoSlopes<TLanes, TVector>.Derivative(a, delta, slope);
        if (mask.IsOn) d = TLanes.Multiply(d, TLanes.Broadcast(mask.Scale));
        d = TLanes.WhereGreater(TLanes.Broadcast(tiny), TLanes.Abs(d), TLanes.Zero, d);
        return mask.IsOn ? TLanes.Keep(d, mask.WordsAt(element), DropoutMask.ShiftAt(element), mask.Threshold) : d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Flushed(TVector x) => TLanes.WhereGreater(TLanes.Broadcast(Tiny.Factor), TLanes.Abs(x), TLanes.Zero, x);
}
