namespace SweepCluster.Training.Kernels;

/// <summary>Zeroed float blocks on 64-byte boundaries that the garbage collector neither moves nor needs told to free.</summary>
internal sealed unsafe class Arena
{
    private const int Alignment = 64;
    private readonly byte[] _bytes;
    private readonly byte* _start;
    private nint _used;

    public Arena(long floats)
    {
        _bytes = GC.AllocateArray<byte>(checked((int)(floats * sizeof(float)) + Alignment), pinned: true);
        fixed (byte* first = _bytes)
        {
            _start = (byte*)(((nuint)first + Alignment - 1) / Alignment * Alignment);
        }
    }

    /// <summary>The first block, for who needs but one.</summary>
    public float* Start => (float*)_start;

    /// <summary>Floats that <see cref="Take"/> needs for <paramref name="count"/>.</summary>
    public static long Size(long count) => (count + Padding.Lanes - 1) / Padding.Lanes * Padding.Lanes;

    public float* Take(long count)
    {
        var block = (float*)(_start + _used);
        _used += (nint)(Size(count) * sizeof(float));
        if (_used + Alignment > _bytes.Length) throw new InvalidOperationException($"arena of {_bytes.Length} bytes is too small for {_used}");
        return block;
    }
}
