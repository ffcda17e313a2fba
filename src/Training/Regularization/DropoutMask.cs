using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SweepCluster.Training.Regularization;

/// <summary>
/// Which numbers of a block survive dropout: 16 random bits each, kept where they are below <see cref="Threshold"/>.
/// Number e of the block (rows × padded width) reads word 16·(e / 32) + e mod 16, its low half where (e / 16) is even,
/// its high half where odd: so a vector of numbers reads a vector of words, whatever its width.
/// </summary>
internal readonly unsafe struct DropoutMask(uint* words, uint threshold, float scale)
{
    public static DropoutMask None => default;

    public uint Threshold => threshold;

    /// <summary>1 / (share kept), of the rounded share, so that the expectation is exact.</summary>
    public float Scale => scale;

    public bool IsOn => words != null;

    public uint* Words => words;

    /// <summary>Words behind a block of <paramref name="count"/> numbers.</summary>
    public static int WordCount(int count) => (count + 31) / 32 * 16;

    public uint* WordsAt(nint element) => words + ((element >> 5) << 4) + (element & 15);

    public static int ShiftAt(nint element) => (int)(element & 16);

    /// <summary>Which of the 16 numbers from <paramref name="element"/> (a multiple of 16) on are dropped: bit n for number n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint DroppedAt(nint element)
    {
        var source = WordsAt(element);
        var shift = ShiftAt(element);
        if (Vector512.IsHardwareAccelerated)
        {
            var bits = Vector512.ShiftRightLogical(Vector512.Load(source), shift) & Vector512.Create(0xFFFFu);
            return (uint)Vector512.GreaterThanOrEqual(bits.AsInt32(), Vector512.Create((int)threshold)).ExtractMostSignificantBits();
        }

        var dropped = 0u;
        for (var n = 0; n < 16; n += 4)
        {
            var bits = Vector128.ShiftRightLogical(Vector128.Load(source + n), shift) & Vector128.Create(0xFFFFu);
            dropped |= Vector128.GreaterThanOrEqual(bits.AsInt32(), Vector128.Create((int)threshold)).ExtractMostSignificantBits() << n;
        }

        return dropped;
    }
}

/// <summary>
/// The dropout rate as the kernels use it: the share kept in units of 2⁻¹⁶, so p is off by at most 2⁻¹⁷; 0 and 1 are exact.
/// </summary>
internal readonly record struct DropoutRate(uint Threshold)
{
    private const uint One = 1u << 16;

    public static DropoutRate Of(double p) => new((uint)Math.Floor(((1 - p) * One) + 0.5));

    public bool DropsNothing => Threshold == One;

    /// <summary>1 / (1 − p); 0 for p = 1, where nothing is left to scale.</summary>
    public float Scale => Threshold == 0 ? 0f : (float)((double)One / Threshold);
}
