namespace SweepCluster.Contracts.Searching;

/// <summary>
/// Sobol's sequence in base 2 with the direction numbers of Joe and Kuo (2008, their set 6), scrambled: the first 2ᵏ points have one
/// in each of 2ᵏ equal intervals of every dimension, and nearly so in pairs of them. Bratley and Fox (1988) give the recurrence.
/// The scrambling is Owen's, by hash (Burley 2020 after Laine and Karras): it keeps that property and makes another sequence of each seed.
/// </summary>
internal static class Sobol
{
    private const int Bits = 32;

    /// <summary>The primitive polynomial's degree and inner coefficients, and the first direction numbers. Dimension 0 is van der Corput's.</summary>
    private static readonly (int Degree, uint Inner, uint[] First)[] Table =
    [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]), (4, 4, [1, 3, 5, 13]),
        (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]),
        (5, 13, [1, 1, 1, 3, 11]), (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]),
        (6, 16, [1, 3, 1, 13, 27, 49]), (6, 19, [1, 1, 1, 15, 7, 5]), (6, 22, [1, 3, 1, 15, 13, 25]), (6, 25, [1, 1, 5, 5, 19, 61]),
        (7, 1, [1, 3, 7, 11, 23, 15, 103]), (7, 4, [1, 3, 7, 13, 13, 15, 69]),
    ];

    private static readonly uint[][] Directions = [.. Enumerable.Range(0, Table.Length + 1).Select(DirectionsOf)];

    public static int MaxDimensions => Table.Length + 1;

    /// <returns>In [0, 1), in steps of 2⁻³².</returns>
    /// <param name="index">Of the point, from 0.</param>
    /// <param name="scramble">Null for the sequence as it is.</param>
    public static double At(int dimension, long index, uint? scramble)
    {
        var point = 0u;
        var directions = Directions[dimension];
        for (var bit = 0; index != 0 && bit < Bits; bit++, index >>= 1)
            if ((index & 1) != 0)
                point ^= directions[bit];
        return (scramble is { } seed ? Scrambled(point, seed) : point) / 4294967296.0;
    }

    /// <summary>v₁ … v₃₂ as binary fractions: vᵢ = a₁vᵢ₋₁ ⊕ … ⊕ vᵢ₋ₛ ⊕ (vᵢ₋ₛ ≫ s).</summary>
    private static uint[] DirectionsOf(int dimension)
    {
        var v = new uint[Bits];
        if (dimension == 0)
        {
            for (var i = 0; i < Bits; i++)
                v[i] = 1u << (Bits - 1 - i);
            return v;
        }
        var (degree, inner, first) = Table[dimension - 1];
        for (var i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                v[i] = first[i] << (Bits - 1 - i);
                continue;
            }
            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (var k = 1; k < degree; k++)
                if (((inner >> (degree - 1 - k)) & 1) != 0)
                    v[i] ^= v[i - k];
        }
        return v;
    }

    // Each bit is turned by a hash of the bits before it: Laine and Karras's mixing carries from low to high only.
    private static uint Scrambled(uint point, uint seed)
    {
        var x = Reversed(point);
        unchecked
        {
            x += seed;
            x ^= x * 0x6C50B47C;
            x ^= x * 0xB82F1E52;
            x ^= x * 0xC7AFE638;
            x ^= x * 0x8D22F6E6;
        }
        return Reversed(x);
    }

    private static uint Reversed(uint word)
    {
        word = (word << 16) | (word >> 16);
        word = ((word & 0x00FF00FF) << 8) | ((word & 0xFF00FF00) >> 8);
        word = ((word & 0x0F0F0F0F) << 4) | ((word & 0xF0F0F0F0) >> 4);
        word = ((word & 0x33333333) << 2) | ((word & 0xCCCCCCCC) >> 2);
        return ((word & 0x55555555) << 1) | ((word & 0xAAAAAAAA) >> 1);
    }
}
