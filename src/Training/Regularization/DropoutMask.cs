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
