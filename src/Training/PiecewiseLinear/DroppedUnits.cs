using System.Numerics;
using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>
/// Dropout as a sparse correction: <see cref="SecondLayer"/> counts every unit as kept, and here the few that were not are taken
/// out again. Which they are is one bit a unit, by row and, turned, by unit.
/// </summary>
internal sealed unsafe class DroppedUnits(int units, int rows)
{
    private const int Bits = 64;

    private readonly Arena _arena = new((long)rows * Padding.Up(units));

    private readonly int _unitWords = (units + Bits - 1) / Bits;
    private readonly int _rowWords = (rows + Bits - 1) / Bits;
    private readonly ulong[] _byRow = new ulong[(rows + Bits - 1) / Bits * Bits * ((units + Bits - 1) / Bits)];
    private readonly ulong[] _byUnit = new ulong[(units + Bits - 1) / Bits * Bits * ((rows + Bits - 1) / Bits)];

    /// <summary>Reads the mask of a block rows × padded units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(DropoutMask mask, int rows)
    {
        var padded = Padding.Up(units);
        for (var r = 0; r < rows; r++)
        {
            for (var word = 0; word < _unitWords; word++)
            {
                var dropped = 0UL;
                var first = word * Bits;
                for (var n = 0; n < Bits && first + n < padded; n += 16) dropped |= (ulong)mask.DroppedAt((r * padded) + first + n) << n;
                _byRow[(r * _unitWords) + word] = units - first < Bits ? dropped & ((1UL << (units - first)) - 1) : dropped;
            }
        }
    }

    /// <summary>The same bits by unit.</summary>
    public void Turn(int rows)
    {
        for (var rowWord = 0; rowWord * Bits < rows; rowWord++)
        {
            for (var unitWord = 0; unitWord < _unitWords; unitWord++) Turn(rowWord, unitWord, rows);
        }
    }

    /// <summary>z[r] −= h[r, i] · wᵢ for each dropped unit i: two chains of every second one, h = slope · (u·x + v). Then z becomes f(z).</summary>
    /// <param name="slope">Of f.</param>
    /// <param name="mask">Of the layer's own units.</param>
    public void Subtract<TLanes, TVector>(
        float* x, int rows, float* uv, float low, float high, LayerMemory layer, float slope, DropoutMask mask, float* z)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var lost = _arena.Start;
        Lost<TLanes, TVector>(x, rows, uv, low, high, layer.PaddedInputs, lost);
        Subtract<TLanes, TVector>(lost, rows, layer, slope, mask, z);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Subtract<TLanes, TVector>(float* lost, int rows, LayerMemory layer, float slope, DropoutMask mask, float* z)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint outputs = layer.PaddedOutputs, padded = layer.PaddedInputs;
        var s = TLanes.Broadcast(slope);
        for (var r = 0; r < rows; r++, z += outputs, lost += padded)
        {
            nint c = 0, element = r * outputs;
            for (; c + (4 * TLanes.Count) <= outputs; c += 4 * TLanes.Count)
            {
                // Every second dropped unit goes to a chain of its own: one chain waits for itself.
                var target = z + c;
                TVector z0 = TLanes.Load(target), z1 = TLanes.Load(target + TLanes.Count);
                TVector z2 = TLanes.Load(target + (2 * TLanes.Count)), z3 = TLanes.Load(target + (3 * TLanes.Count));
                TVector y0 = TLanes.Zero, y1 = TLanes.Zero, y2 = TLanes.Zero, y3 = TLanes.Zero;
                for (var word = 0; word < _unitWords; word++)
                {
                    var left = _byRow[(r * _unitWords) + word];
                    while (left != 0)
                    {
                        nint i = (word * Bits) + BitOperations.TrailingZeroCount(left);
                        left &= left - 1;
                        var h = TLanes.Broadcast(lost[i]);
                        var w = layer.Weights + (i * outputs) + c;
                        z0 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w), z0);
                        z1 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w + TLanes.Count), z1);
                        z2 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w + (2 * TLanes.Count)), z2);
                        z3 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w + (3 * TLanes.Count)), z3);
                        if (left == 0) break;
                        i = (word * Bits) + BitOperations.TrailingZeroCount(left);
                        left &= left - 1;
                        h = TLanes.Broadcast(lost[i]);
                        w = layer.Weights + (i * outputs) + c;
                        y0 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w), y0);
                        y1 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w + TLanes.Count), y1);
                        y2 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w + (2 * TLanes.Count)), y2);
                        y3 = TLanes.FusedMultiplyAdd(h, TLanes.Load(w + (3 * TLanes.Count)), y3);
                    }
                }

                z0 = Elementwise<TLanes, TVector>.Forward(TLanes.Add(z0, y0), s, mask, element + c);
                z1 = Elementwise<TLanes, TVector>.Forward(TLanes.Add(z1, y1), s, mask, element + c + TLanes.Count);
                z2 = Elementwise<TLanes, TVector>.Forward(TLanes.Add(z2, y2), s, mask, element + c + (2 * TLanes.Count));
                z3 = Elementwise<TLanes, TVector>.Forward(TLanes.Add(z3, y3), s, mask, element + c + (3 * TLanes.Count));
                TLanes.Store(target, z0);
                TLanes.Store(target + TLanes.Count, z1);
                TLanes.Store(target + (2 * TLanes.Count), z2);
                TLanes.Store(target + (3 * TLanes.Count), z3);
            }

            for (; c < outputs; c += TLanes.Count)
            {
                TVector sum = TLanes.Load(z + c), other = TLanes.Zero;
                for (var word = 0; word < _unitWords; word++)
                {
                    var toOther = false;
                    for (var left = _byRow[(r * _unitWords) + word]; left != 0; left &= left - 1, toOther = !toOther)
                    {
                        nint i = (word * Bits) + BitOperations.TrailingZeroCount(left);
                        TVector h = TLanes.Broadcast(lost[i]), w = TLanes.Load(layer.Weights + (i * outputs) + c);
                        if (toOther) other = TLanes.FusedMultiplyAdd(h, w, other);
                        else sum = TLanes.FusedMultiplyAdd(h, w, sum);
                    }
                }

                TLanes.Store(z + c, Elementwise<TLanes, TVector>.Forward(TLanes.Add(sum, other), s, mask, element + c));
            }
        }
    }

    /// <summary>P − Σ s·δ and Q − Σ s·x·δ over the rows that drop the unit, ascending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Subtract<TLanes, TVector>(int unit, float* x, float* delta, Breaks breaks, int outputs, float* all, float* kept)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var index = breaks.IndexOf[unit];
        var turn = index < 0 ? 0 : breaks.Rows[index];
        var slopes = stackalloc float[] { -breaks.First[unit], -breaks.Last[unit] };
        nint c = 0;
        for (; c + (4 * TLanes.Count) <= outputs; c += 4 * TLanes.Count)
        {
            float* p = all + c, q = p + outputs;
            TVector p0 = TLanes.Load(p), p1 = TLanes.Load(p + TLanes.Count), p2 = TLanes.Load(p + (2 * TLanes.Count)), p3 = TLanes.Load(p + (3 * TLanes.Count));
            TVector q0 = TLanes.Load(q), q1 = TLanes.Load(q + TLanes.Count), q2 = TLanes.Load(q + (2 * TLanes.Count)), q3 = TLanes.Load(q + (3 * TLanes.Count));
            for (var word = 0; word < _rowWords; word++)
            {
                for (var left = _byUnit[(unit * _rowWords) + word]; left != 0; left &= left - 1)
                {
                    nint r = (word * Bits) + BitOperations.TrailingZeroCount(left);
                    var slope = slopes[(uint)(turn - 1 - (int)r) >> 31]; // first before the break, without a jump
                    TVector s = TLanes.Broadcast(slope), sx = TLanes.Broadcast(slope * x[r]);
                    var d = delta + (r * outputs) + c;
                    TVector d0 = TLanes.Load(d), d1 = TLanes.Load(d + TLanes.Count);
                    TVector d2 = TLanes.Load(d + (2 * TLanes.Count)), d3 = TLanes.Load(d + (3 * TLanes.Count));
                    p0 = TLanes.FusedMultiplyAdd(s, d0, p0);
                    p1 = TLanes.FusedMultiplyAdd(s, d1, p1);
                    p2 = TLanes.FusedMultiplyAdd(s, d2, p2);
                    p3 = TLanes.FusedMultiplyAdd(s, d3, p3);
                    q0 = TLanes.FusedMultiplyAdd(sx, d0, q0);
                    q1 = TLanes.FusedMultiplyAdd(sx, d1, q1);
                    q2 = TLanes.FusedMultiplyAdd(sx, d2, q2);
                    q3 = TLanes.FusedMultiplyAdd(sx, d3, q3);
                }
            }

            TLanes.Store(kept + c, p0);
            TLanes.Store(kept + c + TLanes.Count, p1);
            TLanes.Store(kept + c + (2 * TLanes.Count), p2);
            TLanes.Store(kept + c + (3 * TLanes.Count), p3);
            TLanes.Store(kept + outputs + c, q0);
            TLanes.Store(kept + outputs + c + TLanes.Count, q1);
            TLanes.Store(kept + outputs + c + (2 * TLanes.Count), q2);
            TLanes.Store(kept + outputs + c + (3 * TLanes.Count), q3);
        }

        for (; c < outputs; c += TLanes.Count)
        {
            TVector p = TLanes.Load(all + c), q = TLanes.Load(all + outputs + c);
            for (var word = 0; word < _rowWords; word++)
            {
                for (var left = _byUnit[(unit * _rowWords) + word]; left != 0; left &= left - 1)
                {
                    nint r = (word * Bits) + BitOperations.TrailingZeroCount(left);
                    var slope = slopes[(uint)(turn - 1 - (int)r) >> 31];
                    var d = TLanes.Load(delta + (r * outputs) + c);
                    p = TLanes.FusedMultiplyAdd(TLanes.Broadcast(slope), d, p);
                    q = TLanes.FusedMultiplyAdd(TLanes.Broadcast(slope * x[r]), d, q);
                }
            }

            TLanes.Store(kept + c, p);
            TLanes.Store(kept + outputs + c, q);
        }
    }

    /// <summary>−slope · (u·x + v) of every unit in every row: rows × padded units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lost<TLanes, TVector>(float* x, int rows, float* uv, float low, float high, nint padded, float* lost)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector below = TLanes.Broadcast(-low), above = TLanes.Broadcast(-high);
        for (nint i = 0; i < padded; i += TLanes.Count)
        {
            TVector u = TLanes.Load(uv + i), v = TLanes.Load(uv + padded + i);
            for (nint r = 0; r < rows; r++)
            {
                var z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[r]), u, v);
                TLanes.Store(lost + (r * padded) + i, TLanes.Multiply(TLanes.WhereGreater(z, TLanes.Zero, above, below), z));
            }
        }
    }

    /// <summary>64 × 64 bits across their diagonal: swap halves, then halves of halves (Warren, Hacker's Delight, 7-3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn(int rowWord, int unitWord, int rows)
    {
        var block = stackalloc ulong[Bits];
        for (var r = 0; r < Bits; r++)
        {
            var row = (rowWord * Bits) + r;
            block[r] = row < rows ? _byRow[(row * _unitWords) + unitWord] : 0;
        }

        var mask = 0x0000_0000_FFFF_FFFFUL;
        for (var half = Bits / 2; half > 0; half /= 2, mask ^= mask << half)
        {
            for (var r = 0; r < Bits; r = (r + half + 1) & ~half)
            {
                var swap = ((block[r] >> half) ^ block[r + half]) & mask;
                block[r] ^= swap << half;
                block[r + half] ^= swap;
            }
        }

        for (var n = 0; n < Bits; n++) _byUnit[(((unitWord * Bits) + n) * _rowWords) + rowWord] = block[n];
    }
}
