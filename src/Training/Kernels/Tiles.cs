using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// <see cref="Product{TLanes, TVector}"/> on a panel of one to four vectors of columns: tiles of rows × vectors whose sums
/// stay in registers over the whole depth. Rows past the end repeat the last one: the same numbers written twice.
/// </summary>
internal static unsafe class Tiles<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourByFour(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int depth, float* initial, nint initialStride, float* output, nint outputStride, ref Companion<TLanes, TVector> companion)
    {
        for (var r = 0; r < rows; r += 4)
        {
            var r1 = r + 1 < rows ? r + 1 : rows - 1;
            var r2 = r + 2 < rows ? r + 2 : rows - 1;
            var r3 = r + 3 < rows ? r + 3 : rows - 1;
            var l0 = left + (r * leftRow);
            var l1 = left + (r1 * leftRow);
            var l2 = left + (r2 * leftRow);
            var l3 = left + (r3 * leftRow);
            var b = right;
            nint step = 0;
            LoadFour(initial + (r * initialStride), out var a00, out var a01, out var a02, out var a03);
            LoadFour(initial + (r1 * initialStride), out var a10, out var a11, out var a12, out var a13);
            LoadFour(initial + (r2 * initialStride), out var a20, out var a21, out var a22, out var a23);
            LoadFour(initial + (r3 * initialStride), out var a30, out var a31, out var a32, out var a33);
            for (var k = depth; k > 0;)
            {
                var end = Math.Max(k - Companion<TLanes, TVector>.Stride, 0);
                for (; k > end; k--)
                {
                    LoadFour(b, out var b0, out var b1, out var b2, out var b3);
                    var x = TLanes.Broadcast(l0[step]);
                    a00 = TLanes.FusedMultiplyAdd(x, b0, a00);
                    a01 = TLanes.FusedMultiplyAdd(x, b1, a01);
                    a02 = TLanes.FusedMultiplyAdd(x, b2, a02);
                    a03 = TLanes.FusedMultiplyAdd(x, b3, a03);
                    x = TLanes.Broadcast(l1[step]);
                    a10 = TLanes.FusedMultiplyAdd(x, b0, a10);
                    a11 = TLanes.FusedMultiplyAdd(x, b1, a11);
                    a12 = TLanes.FusedMultiplyAdd(x, b2, a12);
                    a13 = TLanes.FusedMultiplyAdd(x, b3, a13);
                    x = TLanes.Broadcast(l2[step]);
                    a20 = TLanes.FusedMultiplyAdd(x, b0, a20);
                    a21 = TLanes.FusedMultiplyAdd(x, b1, a21);
                    a22 = TLanes.FusedMultiplyAdd(x, b2, a22);
                    a23 = TLanes.FusedMultiplyAdd(x, b3, a23);
                    x = TLanes.Broadcast(l3[step]);
                    a30 = TLanes.FusedMultiplyAdd(x, b0, a30);
                    a31 = TLanes.FusedMultiplyAdd(x, b1, a31);
                    a32 = TLanes.FusedMultiplyAdd(x, b2, a32);
                    a33 = TLanes.FusedMultiplyAdd(x, b3, a33);
                    step += leftStep;
                    b += rightStride;
                }

                companion.Next();
            }

            StoreFour(output + (r * outputStride), a00, a01, a02, a03);
            StoreFour(output + (r1 * outputStride), a10, a11, a12, a13);
            StoreFour(output + (r2 * outputStride), a20, a21, a22, a23);
            StoreFour(output + (r3 * outputStride), a30, a31, a32, a33);
            companion.Release(r3 + 1);
        }
    }

    /// <summary>For one row or two, where a tile of four would compute the last one over and over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoByFour(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int depth, float* initial, float* output, nint outputStride)
    {
        nint last = rows - 1;
        float* l0 = left, l1 = left + (last * leftRow);
        LoadFour(initial, out var a00, out var a01, out var a02, out var a03);
        TVector a10 = a00, a11 = a01, a12 = a02, a13 = a03;
        for (var k = depth; k > 0; k--)
        {
            LoadFour(right, out var b0, out var b1, out var b2, out var b3);
            var x = TLanes.Broadcast(*l0);
            a00 = TLanes.FusedMultiplyAdd(x, b0, a00);
            a01 = TLanes.FusedMultiplyAdd(x, b1, a01);
            a02 = TLanes.FusedMultiplyAdd(x, b2, a02);
            a03 = TLanes.FusedMultiplyAdd(x, b3, a03);
            x = TLanes.Broadcast(*l1);
            a10 = TLanes.FusedMultiplyAdd(x, b0, a10);
            a11 = TLanes.FusedMultiplyAdd(x, b1, a11);
            a12 = TLanes.FusedMultiplyAdd(x, b2, a12);
            a13 = TLanes.FusedMultiplyAdd(x, b3, a13);
            l0 += leftStep;
            l1 += leftStep;
            right += rightStride;
        }

        StoreFour(output, a00, a01, a02, a03);
        StoreFour(output + (last * outputStride), a10, a11, a12, a13);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadFour(float* row, out TVector x0, out TVector x1, out TVector x2, out TVector x3)
    {
        x0 = TLanes.Load(row);
        x1 = TLanes.Load(row + TLanes.Count);
        x2 = TLanes.Load(row + (2 * TLanes.Count));
        x3 = TLanes.Load(row + (3 * TLanes.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(float* row, TVector x0, TVector x1, TVector x2, TVector x3)
    {
        TLanes.Store(row, x0);
        TLanes.Store(row + TLanes.Count, x1);
        TLanes.Store(row + (2 * TLanes.Count), x2);
        TLanes.Store(row + (3 * TLanes.Count), x3);
    }

    /// <summary>24 of 32 registers hold sums: for 48 columns, where a tile of two and one of one vector would starve.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightByThree(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int depth, float* initial, float* output, nint outputStride)
    {
        for (var r = 0; r < rows; r += 8)
        {
            var last = rows - 1;
            var l0 = left + (r * leftRow);
            var l1 = left + (Math.Min(r + 1, last) * leftRow);
            var l2 = left + (Math.Min(r + 2, last) * leftRow);
            var l3 = left + (Math.Min(r + 3, last) * leftRow);
            var l4 = left + (Math.Min(r + 4, last) * leftRow);
            var l5 = left + (Math.Min(r + 5, last) * leftRow);
            var l6 = left + (Math.Min(r + 6, last) * leftRow);
            var l7 = left + (Math.Min(r + 7, last) * leftRow);
            var b = right;
            TVector a00 = TLanes.Load(initial), a01 = TLanes.Load(initial + TLanes.Count), a02 = TLanes.Load(initial + (2 * TLanes.Count));
            TVector a10 = a00, a11 = a01, a12 = a02;
            TVector a20 = a00, a21 = a01, a22 = a02;
            TVector a30 = a00, a31 = a01, a32 = a02;
            TVector a40 = a00, a41 = a01, a42 = a02;
            TVector a50 = a00, a51 = a01, a52 = a02;
            TVector a60 = a00, a61 = a01, a62 = a02;
            TVector a70 = a00, a71 = a01, a72 = a02;
            for (nint k = 0, step = 0; k < depth; k++, step += leftStep)
            {
                var b0 = TLanes.Load(b);
                var b1 = TLanes.Load(b + TLanes.Count);
                var b2 = TLanes.Load(b + (2 * TLanes.Count));
                var x = TLanes.Broadcast(l0[step]);
                a00 = TLanes.FusedMultiplyAdd(x, b0, a00);
                a01 = TLanes.FusedMultiplyAdd(x, b1, a01);
                a02 = TLanes.FusedMultiplyAdd(x, b2, a02);
                x = TLanes.Broadcast(l1[step]);
                a10 = TLanes.FusedMultiplyAdd(x, b0, a10);
                a11 = TLanes.FusedMultiplyAdd(x, b1, a11);
                a12 = TLanes.FusedMultiplyAdd(x, b2, a12);
                x = TLanes.Broadcast(l2[step]);
                a20 = TLanes.FusedMultiplyAdd(x, b0, a20);
                a21 = TLanes.FusedMultiplyAdd(x, b1, a21);
                a22 = TLanes.FusedMultiplyAdd(x, b2, a22);
                x = TLanes.Broadcast(l3[step]);
                a30 = TLanes.FusedMultiplyAdd(x, b0, a30);
                a31 = TLanes.FusedMultiplyAdd(x, b1, a31);
                a32 = TLanes.FusedMultiplyAdd(x, b2, a32);
                x = TLanes.Broadcast(l4[step]);
                a40 = TLanes.FusedMultiplyAdd(x, b0, a40);
                a41 = TLanes.FusedMultiplyAdd(x, b1, a41);
                a42 = TLanes.FusedMultiplyAdd(x, b2, a42);
                x = TLanes.Broadcast(l5[step]);
                a50 = TLanes.FusedMultiplyAdd(x, b0, a50);
                a51 = TLanes.FusedMultiplyAdd(x, b1, a51);
                a52 = TLanes.FusedMultiplyAdd(x, b2, a52);
                x = TLanes.Broadcast(l6[step]);
                a60 = TLanes.FusedMultiplyAdd(x, b0, a60);
                a61 = TLanes.FusedMultiplyAdd(x, b1, a61);
                a62 = TLanes.FusedMultiplyAdd(x, b2, a62);
                x = TLanes.Broadcast(l7[step]);
                a70 = TLanes.FusedMultiplyAdd(x, b0, a70);
                a71 = TLanes.FusedMultiplyAdd(x, b1, a71);
                a72 = TLanes.FusedMultiplyAdd(x, b2, a72);
                b += rightStride;
            }

            StoreThree(output + (r * outputStride), a00, a01, a02);
            StoreThree(output + (Math.Min(r + 1, last) * outputStride), a10, a11, a12);
            StoreThree(output + (Math.Min(r + 2, last) * outputStride), a20, a21, a22);
            StoreThree(output + (Math.Min(r + 3, last) * outputStride), a30, a31, a32);
            StoreThree(output + (Math.Min(r + 4, last) * outputStride), a40, a41, a42);
            StoreThree(output + (Math.Min(r + 5, last) * outputStride), a50, a51, a52);
            StoreThree(output + (Math.Min(r + 6, last) * outputStride), a60, a61, a62);
            StoreThree(output + (Math.Min(r + 7, last) * outputStride), a70, a71, a72);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreThree(float* row, TVector x0, TVector x1, TVector x2)
    {
        TLanes.Store(row, x0);
        TLanes.Store(row + TLanes.Count, x1);
        TLanes.Store(row + (2 * TLanes.Count), x2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SixByTwo(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int depth, float* initial, float* output, nint outputStride)
    {
        for (var r = 0; r < rows; r += 6)
        {
            // Rows past the end read and write the last one.
            var last = rows - 1;
            var l0 = left + (r * leftRow);
            var l1 = left + (Math.Min(r + 1, last) * leftRow);
            var l2 = left + (Math.Min(r + 2, last) * leftRow);
            var l3 = left + (Math.Min(r + 3, last) * leftRow);
            var l4 = left + (Math.Min(r + 4, last) * leftRow);
            var l5 = left + (Math.Min(r + 5, last) * leftRow);
            var b = right;
            TVector a00 = TLanes.Load(initial), a01 = TLanes.Load(initial + TLanes.Count);
            TVector a10 = a00, a11 = a01, a20 = a00, a21 = a01;
            TVector a30 = a00, a31 = a01, a40 = a00, a41 = a01, a50 = a00, a51 = a01;
            for (var k = depth; k > 0; k--)
            {
                var b0 = TLanes.Load(b);
                var b1 = TLanes.Load(b + TLanes.Count);
                var x = TLanes.Broadcast(*l0);
                a00 = TLanes.FusedMultiplyAdd(x, b0, a00);
                a01 = TLanes.FusedMultiplyAdd(x, b1, a01);
                x = TLanes.Broadcast(*l1);
                a10 = TLanes.FusedMultiplyAdd(x, b0, a10);
                a11 = TLanes.FusedMultiplyAdd(x, b1, a11);
                x = TLanes.Broadcast(*l2);
                a20 = TLanes.FusedMultiplyAdd(x, b0, a20);
                a21 = TLanes.FusedMultiplyAdd(x, b1, a21);
                x = TLanes.Broadcast(*l3);
                a30 = TLanes.FusedMultiplyAdd(x, b0, a30);
                a31 = TLanes.FusedMultiplyAdd(x, b1, a31);
                x = TLanes.Broadcast(*l4);
                a40 = TLanes.FusedMultiplyAdd(x, b0, a40);
                a41 = TLanes.FusedMultiplyAdd(x, b1, a41);
                x = TLanes.Broadcast(*l5);
                a50 = TLanes.FusedMultiplyAdd(x, b0, a50);
                a51 = TLanes.FusedMultiplyAdd(x, b1, a51);
                l0 += leftStep;
                l1 += leftStep;
                l2 += leftStep;
                l3 += leftStep;
                l4 += leftStep;
                l5 += leftStep;
                b += rightStride;
            }

            StoreTwo(output + (r * outputStride), a00, a01);
            StoreTwo(output + (Math.Min(r + 1, last) * outputStride), a10, a11);
            StoreTwo(output + (Math.Min(r + 2, last) * outputStride), a20, a21);
            StoreTwo(output + (Math.Min(r + 3, last) * outputStride), a30, a31);
            StoreTwo(output + (Math.Min(r + 4, last) * outputStride), a40, a41);
            StoreTwo(output + (Math.Min(r + 5, last) * outputStride), a50, a51);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTwo(float* row, TVector x0, TVector x1)
    {
        TLanes.Store(row, x0);
        TLanes.Store(row + TLanes.Count, x1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SixByOne(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int depth, float* initial, float* output, nint outputStride)
    {
        for (var r = 0; r < rows; r += 6)
        {
            var last = rows - 1;
            nint r1 = Math.Min(r + 1, last), r2 = Math.Min(r + 2, last), r3 = Math.Min(r + 3, last);
            nint r4 = Math.Min(r + 4, last), r5 = Math.Min(r + 5, last);
            var l = left + (r * leftRow);
            nint d1 = (r1 - r) * leftRow, d2 = (r2 - r) * leftRow, d3 = (r3 - r) * leftRow, d4 = (r4 - r) * leftRow, d5 = (r5 - r) * leftRow;
            var b = right;
            var a0 = TLanes.Load(initial);
            TVector a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
            for (var k = depth; k > 0; k--)
            {
                var b0 = TLanes.Load(b);
                a0 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(l[0]), b0, a0);
                a1 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(l[d1]), b0, a1);
                a2 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(l[d2]), b0, a2);
                a3 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(l[d3]), b0, a3);
                a4 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(l[d4]), b0, a4);
                a5 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(l[d5]), b0, a5);
                l += leftStep;
                b += rightStride;
            }

            TLanes.Store(output + (r * outputStride), a0);
            TLanes.Store(output + (r1 * outputStride), a1);
            TLanes.Store(output + (r2 * outputStride), a2);
            TLanes.Store(output + (r3 * outputStride), a3);
            TLanes.Store(output + (r4 * outputStride), a4);
            TLanes.Store(output + (r5 * outputStride), a5);
        }
    }
}
