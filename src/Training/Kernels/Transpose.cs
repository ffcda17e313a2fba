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
        if (Sse.IsSupported)
        {
            for (; r + 4 <= rows; r += 4)
            {
                var c = 0;
                for (; c + 4 <= columns; c += 4) FourByFour(a + (r * stride) + c, stride, output + (c * outputStride) + r, outputStride);
                Reference(a + (r * stride) + c, stride, 4, columns - c, output + (c * outputStride) + r, outputStride);
            }
        }

        Reference(a + (r * stride), stride, rows - r, columns, output + r, outputStride);
    }

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
}
