using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SweepCluster.Training.Kernels;

/// <summary>out[c, r] = a[r, c]: moves numbers and computes nothing, so any way of doing it gives the same bits.</summary>
internal static unsafe class Transpose
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* a, nint stride, int rows, int columns, float* output, nint outputStride)
    {
        var r = 0;
        if (Avx512F.IsSupported)
        {
            for (; r + 16 <= rows; r += 16)
            {
                var c = 0;
                for (; c + 16 <= columns; c += 16) SixteenBySixteen(a + (r * stride) + c, stride, output + (c * outputStride) + r, outputStride);
                if (c < columns) Reference(a + (r * stride) + c, stride, 16, columns - c, output + (c * outputStride) + r, outputStride);
            }
        }

        if (r < rows) InFours(a + (r * stride), stride, rows - r, columns, output + r, outputStride);
    }

    // Apart, because where sixteens fit nobody should wait until the rest is compiled.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void InFours(float* a, nint stride, int rows, int columns, float* output, nint outputStride)
    {
        var r = 0;
        if (Sse.IsSupported)
        {
            for (; r + 4 <= rows; r += 4)
            {
                var c = 0;
                for (; c + 4 <= columns; c += 4) FourByFour(a + (r * stride) + c, stride, output + (c * outputStride) + r, outputStride);
                if (c < columns) Reference(a + (r * stride) + c, stride, 4, columns - c, output + (c * outputStride) + r, outputStride);
            }
        }

        if (r < rows) Reference(a + (r * stride), stride, rows - r, columns, output + r, outputStride);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Reference(float* a, nint stride, int rows, int columns, float* output, nint outputStride)
    {
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++) output[(c * outputStride) + r] = a[(r * stride) + c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour(float* a, nint stride, float* output, nint outputStride)
    {
        var r0 = Vector128.Load(a);
        var r1 = Vector128.Load(a + stride);
        var r2 = Vector128.Load(a + (2 * stride));
        var r3 = Vector128.Load(a + (3 * stride));
        var low01 = Sse.UnpackLow(r0, r1);
        var high01 = Sse.UnpackHigh(r0, r1);
        var low23 = Sse.UnpackLow(r2, r3);
        var high23 = Sse.UnpackHigh(r2, r3);
        Vector128.Store(Sse.MoveLowToHigh(low01, low23), output);
        Vector128.Store(Sse.MoveHighToLow(low23, low01), output + outputStride);
        Vector128.Store(Sse.MoveLowToHigh(high01, high23), output + (2 * outputStride));
        Vector128.Store(Sse.MoveHighToLow(high23, high01), output + (3 * outputStride));
    }

    // Loads put four 4 × 4 blocks that lie below each other side by side; then all four are transposed at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixteenBySixteen(float* a, nint stride, float* output, nint outputStride)
    {
        for (nint quarter = 0; quarter < 4; quarter++)
        {
            var source = a + (4 * quarter);
            var r0 = Gather(source, stride);
            var r1 = Gather(source + stride, stride);
            var r2 = Gather(source + (2 * stride), stride);
            var r3 = Gather(source + (3 * stride), stride);
            var low01 = Avx512F.UnpackLow(r0, r1);
            var high01 = Avx512F.UnpackHigh(r0, r1);
            var low23 = Avx512F.UnpackLow(r2, r3);
            var high23 = Avx512F.UnpackHigh(r2, r3);
            var target = output + (4 * quarter * outputStride);
            Vector512.Store(Avx512F.UnpackLow(low01.AsDouble(), low23.AsDouble()).AsSingle(), target);
            Vector512.Store(Avx512F.UnpackHigh(low01.AsDouble(), low23.AsDouble()).AsSingle(), target + outputStride);
            Vector512.Store(Avx512F.UnpackLow(high01.AsDouble(), high23.AsDouble()).AsSingle(), target + (2 * outputStride));
            Vector512.Store(Avx512F.UnpackHigh(high01.AsDouble(), high23.AsDouble()).AsSingle(), target + (3 * outputStride));
        }
    }

    /// <summary>Four numbers of every fourth row: rows 0, 4, 8 and 12 from <paramref name="a"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gather(float* a, nint stride)
    {
        var low = Avx.InsertVector128(Vector128.Load(a).ToVector256Unsafe(), Vector128.Load(a + (4 * stride)), 1);
        var high = Avx.InsertVector128(Vector128.Load(a + (8 * stride)).ToVector256Unsafe(), Vector128.Load(a + (12 * stride)), 1);
        return Avx512F.InsertVector256(low.ToVector512Unsafe(), high, 1);
    }
}
