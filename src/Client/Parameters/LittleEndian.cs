using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SweepCluster.Client.Parameters;

/// <summary>float32 numbers as both file formats keep them.</summary>
internal static class LittleEndian
{
    public static byte[] Bytes(ReadOnlySpan<float> numbers)
    {
        var bytes = MemoryMarshal.AsBytes(numbers).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < numbers.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), numbers[i]);
        }
        return bytes;
    }
}
