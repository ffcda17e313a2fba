using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// Sums whose order is part of the arithmetic. Across a row: 16 partial sums, lane l taking every 16th number from l on,
/// then one tree of halves (l + l₈, l + l₄, l + l₂, l + l₁). Down a column: ascending rows, one chain per column.
/// </summary>
internal static unsafe class Sums<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>out[r, o] = bias[o] + Σᵢ a[r, i] · w[o, i]: for layers of so few outputs that lanes would lie idle.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowDots(
        float* a, nint aStride, float* w, nint wStride, float* bias, int rows, int outputs, int depth, float* output)
    {
        // Sixteen rows at a time, so that their trees are added as lanes.
        var partials = stackalloc float[((2 * Padding.Lanes) + 1) * Padding.Lanes];
        float* turned = partials + (Padding.Lanes * Padding.Lanes), sums = turned + (Padding.Lanes * Padding.Lanes);
        for (var first = 0; first < rows; first += Padding.Lanes)
        {
            var count = Math.Min(Padding.Lanes, rows - first);
            for (var o = 0; o < outputs; o++)
            {
                var y = w + (o * wStride);
                for (var r = 0; r < count; r += 4) FourPartials(a + (first * aStride), aStride, r, count - 1, y, depth, partials);
                Fold(partials, Padding.Lanes, turned, sums);
                for (var r = 0; r < count; r++) output[((first + r) * outputs) + o] = bias[o] + sums[r];
            }
        }
    }

    /// <summary>Sixteen partial sums of each of the rows r to r + 3; rows past the last repeat it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourPartials(float* a, nint stride, int r, int last, float* y, nint depth, float* partials)
    {
        nint r1 = Math.Min(r + 1, last), r2 = Math.Min(r + 2, last), r3 = Math.Min(r + 3, last);
        float* x0 = a + (r * stride), x1 = a + (r1 * stride), x2 = a + (r2 * stride), x3 = a + (r3 * stride);
        for (nint lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            TVector sum0 = TLanes.Zero, sum1 = TLanes.Zero, sum2 = TLanes.Zero, sum3 = TLanes.Zero;
            for (var i = lane; i < depth; i += Padding.Lanes)
            {
                var w = TLanes.Load(y + i);
                sum0 = TLanes.FusedMultiplyAdd(TLanes.Load(x0 + i), w, sum0);
                sum1 = TLanes.FusedMultiplyAdd(TLanes.Load(x1 + i), w, sum1);
                sum2 = TLanes.FusedMultiplyAdd(TLanes.Load(x2 + i), w, sum2);
                sum3 = TLanes.FusedMultiplyAdd(TLanes.Load(x3 + i), w, sum3);
            }

            TLanes.Store(partials + (r * Padding.Lanes) + lane, sum0);
            TLanes.Store(partials + (r1 * Padding.Lanes) + lane, sum1);
            TLanes.Store(partials + (r2 * Padding.Lanes) + lane, sum2);
            TLanes.Store(partials + (r3 * Padding.Lanes) + lane, sum3);
        }
    }

    /// <summary>a[c] ← a[c] + b[c]; count a multiple of <see cref="Padding.Lanes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTo(float* a, float* b, int count)
    {
        for (nint c = 0; c < count; c += TLanes.Count) TLanes.Store(a + c, TLanes.Add(TLanes.Load(a + c), TLanes.Load(b + c)));
    }

    /// <summary>out[c] = Σᵣ a[r, c], r ascending; columns a multiple of <see cref="Padding.Lanes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* a, nint stride, int rows, int columns, float* output)
    {
        nint c = 0;
        for (; c + (4 * TLanes.Count) <= columns; c += 4 * TLanes.Count)
        {
            TVector sum0 = TLanes.Zero, sum1 = TLanes.Zero, sum2 = TLanes.Zero, sum3 = TLanes.Zero;
            var x = a + c;
            for (nint r = 0; r < rows; r++, x += stride)
            {
                sum0 = TLanes.Add(sum0, TLanes.Load(x));
                sum1 = TLanes.Add(sum1, TLanes.Load(x + TLanes.Count));
                sum2 = TLanes.Add(sum2, TLanes.Load(x + (2 * TLanes.Count)));
                sum3 = TLanes.Add(sum3, TLanes.Load(x + (3 * TLanes.Count)));
            }

            TLanes.Store(output + c, sum0);
            TLanes.Store(output + c + TLanes.Count, sum1);
            TLanes.Store(output + c + (2 * TLanes.Count), sum2);
            TLanes.Store(output + c + (3 * TLanes.Count), sum3);
        }

        for (; c < columns; c += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint r = 0; r < rows; r++) sum = TLanes.Add(sum, TLanes.Load(a + (r * stride) + c));
            TLanes.Store(output + c, sum);
        }
    }

    /// <summary>
    /// Error of a batch and its derivative: δ = scale · (y − t) in place of y, returns Σ (y − t)²; count a multiple of
    /// <see cref="Padding.Lanes"/>, with y = t in the padding.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SquaredErrors(float* y, float* target, float* delta, float scale, int count)
    {
        var partial = stackalloc float[Padding.Lanes];
        var factor = TLanes.Broadcast(scale);
        for (var lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
        {
            var sum = TLanes.Zero;
            for (nint i = lane; i < count; i += Padding.Lanes)
            {
                var difference = TLanes.Subtract(TLanes.Load(y + i), TLanes.Load(target + i));
                sum = TLanes.FusedMultiplyAdd(difference, difference, sum);
                TLanes.Store(delta + i, TLanes.Multiply(factor, difference));
            }

            TLanes.Store(partial + lane, sum);
        }

        return Fold(partial);
    }

    /// <summary>out[r] = the tree over the 16 numbers of row r; rows a multiple of 16.</summary>
    /// <param name="turned">Room for 16 × 16 numbers: sixteen rows are turned on their side and added as lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(float* partials, int rows, float* turned, float* output)
    {
        for (nint r = 0; r < rows; r += Padding.Lanes)
        {
            Transpose.Copy(partials + (r * Padding.Lanes), Padding.Lanes, Padding.Lanes, Padding.Lanes, turned, Padding.Lanes);
            for (nint lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
            {
                var t = turned + lane;
                var even = TLanes.Add(Quarter(t, 0), Quarter(t, 2));
                TLanes.Store(output + r + lane, TLanes.Add(even, TLanes.Add(Quarter(t, 1), Quarter(t, 3))));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Quarter(float* t, nint first) => TLanes.Add(
        TLanes.Add(TLanes.Load(t + (first * Padding.Lanes)), TLanes.Load(t + ((first + 8) * Padding.Lanes))),
        TLanes.Add(TLanes.Load(t + ((first + 4) * Padding.Lanes)), TLanes.Load(t + ((first + 12) * Padding.Lanes))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fold(float* s)
    {
        var a0 = (s[0] + s[8]) + (s[4] + s[12]);
        var a1 = (s[1] + s[9]) + (s[5] + s[13]);
        var a2 = (s[2] + s[10]) + (s[6] + s[14]);
        var a3 = (s[3] + s[11]) + (s[7] + s[15]);
        return (a0 + a2) + (a1 + a3);
    }
}
