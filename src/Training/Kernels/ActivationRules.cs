using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>An activation as the kernels see it: the value, and the derivative written with the value.</summary>
internal interface IActivationRule<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>a = f(z).</summary>
    static abstract TVector Value(TVector z, TVector slope);

    /// <summary>δ · f′(z), given a = f(z).</summary>
    static abstract TVector Derivative(TVector a, TVector delta, TVector slope);
}

/// <summary>f(z) = z for z &gt; 0, slope · z otherwise: linear (slope 1), ReLU (slope 0) and leaky ReLU; f′(0) = slope, as in PyTorch.</summary>
internal readonly struct TwoSlopes<TLanes, TVector> : IActivationRule<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value(TVector z, TVector slope) =>
        TLanes.WhereGreater(z, TLanes.Zero, z, TLanes.Multiply(slope, z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector a, TVector delta, TVector slope) =>
        TLanes.WhereGreater(a, TLanes.Zero, delta, TLanes.Multiply(slope, delta));
}

internal readonly struct HyperbolicTangent<TLanes, TVector> : IActivationRule<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value(TVector z, TVector slope) => Elementary<TLanes, TVector>.Tanh(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector a, TVector delta, TVector slope) =>
        TLanes.Multiply(delta, TLanes.Subtract(TLanes.Broadcast(1f), TLanes.Multiply(a, a)));
}

internal readonly struct Logistic<TLanes, TVector> : IActivationRule<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value(TVector z, TVector slope) => Elementary<TLanes, TVector>.Logistic(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative(TVector a, TVector delta, TVector slope) =>
        TLanes.Multiply(delta, TLanes.Multiply(a, TLanes.Subtract(TLanes.Broadcast(1f), a)));
}
