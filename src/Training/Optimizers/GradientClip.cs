using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Optimizers;

/// <summary>By how much a gradient of a norm is scaled; as PyTorch's clip_grad_norm_, but for norms that are not finite.</summary>
internal static class ClipRule
{
    /// <summary>Where g² overflows, g is taken times this.</summary>
    public const float Down = 1.262177448e-29f; // 2⁻⁹⁶

    private const double Up = 79228162514264337593543950336.0; // 2⁹⁶

    /// <param name="squares">Σ g².</param>
    /// <param name="scaledSquares">Σ (2⁻⁹⁶ · g)², needed where the other is not finite.</param>
    /// <returns>limit / (‖g‖ + 10⁻⁶), at most 1. NaN where g is not finite: PyTorch's 0 would hide it.</returns>
    public static float Factor(float squares, float scaledSquares, float limit)
    {
        var norm = float.IsFinite(squares) ? Math.Sqrt(squares) : Math.Sqrt(scaledSquares) * Up;
        return double.IsFinite(norm) ? (float)Math.Min(1, limit / (norm + 1e-6)) : float.NaN;
    }
}

/// <summary>
/// Clipping by the global norm. The norm's sum keeps 16 lanes, lane l taking the columns l, l + 16, … of each layer's weights as
/// they are stored (inputs; outputs where there are few inputs, and in the second layer of the piecewise path), then of its
/// biases, layer by layer; one tree of halves at the end. |g| &lt; 2⁻⁵⁶ counts as 0. Padding is zero and adds nothing.
/// </summary>
internal static unsafe class GradientClip<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float limit, float* gradient, int count)
    {
        var squares = Squares(gradient, 1, count);
        var factor = ClipRule.Factor(squares, float.IsFinite(squares) ? 0 : Squares(gradient, ClipRule.Down, count), limit);
        if (factor == 1) return;
        var f = TLanes.Broadcast(factor);
        for (nint i = 0; i < count; i += TLanes.Count) TLanes.Store(gradient + i, TLanes.Multiply(TLanes.Load(gradient + i), f));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Squares(float* gradient, float scale, int count)
    {
        var partial = stackalloc float[Padding.Lanes];
        var factor = TLanes.Broadcast(scale);
        var small = TLanes.Broadcast(Tiny.Squared);
        for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint i = lane; i < count; i += Padding.Lanes)
            {
                var g = TLanes.Multiply(TLanes.Load(gradient + i), factor);
                g = TLanes.WhereGreater(small, TLanes.Abs(g), TLanes.Zero, g);
                sum = TLanes.FusedMultiplyAdd(g, g, sum);
            }

            TLanes.Store(partial + lane, sum);
        }

        return Sums<TLanes, TVector>.Fold(partial);
    }
}
