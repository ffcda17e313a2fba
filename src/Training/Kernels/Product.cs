using System.Runtime.CompilerServices;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// out[r, c] = initial[c] + Σₖ left(r, k) · right[k, c], the one product behind forward, backward and weight gradient.
/// Shapes: left rows × depth (any strides, read one number at a time), right depth × columns, out rows × columns;
/// columns padded to <see cref="Padding.Lanes"/>. Numeric choice: every output is one chain of fused multiply-adds in
/// ascending k, so neither tile, width nor blocking (<see cref="Tiles{TLanes, TVector}"/>) can change a bit.
/// </summary>
internal static unsafe class Product<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Rows of the right matrix copied at a time: with a panel of 64 columns 32 KiB, which the first cache holds.</summary>
    private const int BlockDepth = 128;

    /// <summary>From this distance between rows on, columns of a panel fall on few sets of the first cache and evict each other.</summary>
    private const int WideStride = 128;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int columns, int depth, float* initial, float* output, nint outputStride)
    {
        var none = Companion<TLanes, TVector>.None;
        Multiply(left, leftRow, leftStep, right, rightStride, rows, columns, depth, initial, output, outputStride, ref none);
    }

    /// <summary>Whether the product has one panel, whose tiles a companion can follow.</summary>
    public static bool HasRoomForCompanion(nint rightStride, int rows, int columns, int depth) =>
        TLanes.HasManyRegisters && columns == 4 * TLanes.Count && rows > 4 && rightStride < WideStride && depth >= 16;

    /// <param name="companion">Only where there is room for one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int columns, int depth, float* initial, float* output, nint outputStride, ref Companion<TLanes, TVector> companion)
    {
        var vectors = columns / TLanes.Count;
        var v = 0;
        if (TLanes.HasManyRegisters)
        {
            for (; v + 4 <= vectors; v += 4)
            {
                var c = v * TLanes.Count;
                if (rows <= 2) Tiles<TLanes, TVector>.TwoByFour(left, leftRow, leftStep, right + c, rightStride, rows, depth, initial + c, output + c, outputStride);
                else if (rightStride >= WideStride && rows > 4) Blocked(left, leftRow, leftStep, right + c, rightStride, rows, depth, initial + c, output + c, outputStride);
                else Tiles<TLanes, TVector>.FourByFour(left, leftRow, leftStep, right + c, rightStride, rows, depth, initial + c, 0, output + c, outputStride, ref companion);
            }

            if (v + 3 == vectors)
            {
                var c = v * TLanes.Count;
                Tiles<TLanes, TVector>.EightByThree(left, leftRow, leftStep, right + c, rightStride, rows, depth, initial + c, output + c, outputStride);
                return;
            }
        }

        for (; v + 2 <= vectors; v += 2)
        {
            var c = v * TLanes.Count;
            Tiles<TLanes, TVector>.SixByTwo(left, leftRow, leftStep, right + c, rightStride, rows, depth, initial + c, output + c, outputStride);
        }

        if (v < vectors)
        {
            var c = v * TLanes.Count;
            Tiles<TLanes, TVector>.SixByOne(left, leftRow, leftStep, right + c, rightStride, rows, depth, initial + c, output + c, outputStride);
        }
    }

    /// <summary>A panel of four vectors: block by block in depth, each copied to where its rows stand close; chains go on from the output.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocked(
        float* left, nint leftRow, nint leftStep, float* right, nint rightStride,
        int rows, int depth, float* initial, float* output, nint outputStride)
    {
        const int Alignment = 64;
        nint panel = 4 * TLanes.Count;
        var memory = stackalloc byte[(BlockDepth * 4 * Padding.Lanes * sizeof(float)) + Alignment];
        var none = Companion<TLanes, TVector>.None;
        var block = (float*)(((nuint)memory + Alignment - 1) / Alignment * Alignment);
        for (nint first = 0; first < depth; first += BlockDepth)
        {
            var count = (int)Math.Min(BlockDepth, depth - first);
            for (nint k = 0; k < count; k++)
            {
                for (nint c = 0; c < panel; c += TLanes.Count) TLanes.Store(block + (k * panel) + c, TLanes.Load(right + ((first + k) * rightStride) + c));
            }

            Tiles<TLanes, TVector>.FourByFour(
                left + (first * leftStep), leftRow, leftStep, block, panel, rows, count,
                first == 0 ? initial : output, first == 0 ? 0 : outputStride, output, outputStride, ref none);
        }
    }
}
