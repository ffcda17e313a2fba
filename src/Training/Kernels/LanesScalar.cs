using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>One lane: the same arithmetic where the machine has no vectors, and the slow sibling in tests.</summary>
internal readonly unsafe struct LanesScalar : ILanes<float>
{
    public static int Count => 1;

    public static bool HasManyRegisters => false;

    public static float Zero => 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, float value) => *target = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float left, float right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FusedMultiplyAdd(float left, float right, float addend) => MathF.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float value) => MathF.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float value) => MathF.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereGreater(float left, float right, float then, float otherwise) => left > right ? then : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float PowerOfTwo(float shifted) =>
        BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(shifted) << 23) + 0x3F80_0000);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Split(float value, out float exponent)
    {
        var n = (BitConverter.SingleToInt32Bits(value) - 0x3F35_04F3) >> 23; // the bits of √½
        exponent = n;
        return BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) - (n << 23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Keep(float value, uint* words, int shift, uint threshold) =>
        ((*words >> shift) & 0xFFFFu) < threshold ? value : 0f;
}
