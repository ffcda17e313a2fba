using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SweepCluster.Training.Kernels;

/// <summary>How many floats a vector instruction handles. It changes the speed of a trial, never its bits.</summary>
internal enum LaneWidth
{
    Scalar = 1,
    Vector128 = 4,
    Vector256 = 8,
    Vector512 = 16,
}

internal static class LaneWidths
{
    /// <summary>The widest vector this machine multiplies and adds in one instruction; chosen once per process.</summary>
    public static LaneWidth Best { get; } = Choose();

    // Without a fused instruction every lane becomes a call into the C library; then plain scalars are the fastest.
    private static LaneWidth Choose()
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported) return LaneWidth.Vector512;
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported) return LaneWidth.Vector256;
        return AdvSimd.Arm64.IsSupported || Fma.IsSupported ? LaneWidth.Vector128 : LaneWidth.Scalar;
    }
}

internal static class Padding
{
    /// <summary>
    /// Rows are padded with zeros to this many floats, and horizontal sums keep this many partial sums, on every machine.
    /// </summary>
    public const int Lanes = 16;

    public static int Up(int count) => (count + Lanes - 1) / Lanes * Lanes;
}
