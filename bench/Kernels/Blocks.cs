using System.Runtime.InteropServices;

namespace SweepCluster.Kernels;

/// <summary>Aligned blocks of numbers between 0.01 and 1: as large as a layer of 64 × 64 or a batch of 64 rows.</summary>
internal sealed unsafe class Blocks
{
    public const int Width = 64;
    public const int Count = Width * Width;

    // A cache line between blocks, so that they do not all begin in the same set of the cache.
    private const int Distance = Count + 16;
    private readonly float* _memory;

    public Blocks(int blocks)
    {
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(blocks * Distance * sizeof(float)), 64);
        for (var i = 0; i < blocks * Distance; i++) _memory[i] = 0.01f + (i % 97 * 0.01f);
    }

    public float* this[int block] => _memory + (block * Distance);

    public void Free() => NativeMemory.AlignedFree(_memory);
}
