namespace SweepCluster.Training.Kernels;

/// <summary>
/// The arithmetic of <c>Count</c> float lanes that never talk to each other. Kernels are written once over it; each width
/// gives the same bits per lane, because every operation here is exact or rounded once by IEEE 754.
/// </summary>
/// <typeparam name="TVector">The machine's vector, or <see cref="float"/> itself.</typeparam>
internal unsafe interface ILanes<TVector> where TVector : struct
{
    /// <summary>Lanes in a vector: 1, 4, 8 or 16; always a divisor of <see cref="Padding.Lanes"/>.</summary>
    static abstract int Count { get; }

    /// <summary>True where 32 vector registers hold a tile of 4 × 4 accumulators, false where 16 hold one of 6 × 2.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TVector Zero { get; }
    static abstract TVector Broadcast(float value);
    static abstract TVector Load(float* source);
    static abstract void Store(float* target, TVector value);

    static abstract TVector Add(TVector left, TVector right);
    static abstract TVector Subtract(TVector left, TVector right);
    static abstract TVector Multiply(TVector left, TVector right);
    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left · right + addend, rounded once.</summary>
    static abstract TVector FusedMultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector Sqrt(TVector value);
    static abstract TVector Abs(TVector value);

    /// <summary>left &gt; right ? then : otherwise; NaN compares false.</summary>
    static abstract TVector WhereGreater(TVector left, TVector right, TVector then, TVector otherwise);

    /// <summary>2ⁿ from the float 1.5·2²³ + n, whose low bits hold the integer n in [−126, 127].</summary>
    static abstract TVector PowerOfTwo(TVector shifted);

    /// <summary>value = m · 2ⁿ with m in [√½, √2), for normal positive values.</summary>
    /// <returns>m.</returns>
    static abstract TVector Split(TVector value, out TVector exponent);

    /// <summary>The value where the 16 random bits <c>(words[lane] &gt;&gt; shift) &amp; 0xFFFF</c> are below <paramref name="threshold"/>, else 0.</summary>
    static abstract TVector Keep(TVector value, uint* words, int shift, uint threshold);
}
