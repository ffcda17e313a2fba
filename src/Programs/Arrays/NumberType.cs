using System.Buffers.Binary;

namespace SweepCluster.Programs.Arrays;

/// <summary>How numbers lie in a file.</summary>
internal enum NumberType { Float16, BFloat16, Float32, Float64 }

internal static class NumberTypes
{
    public static int Bytes(this NumberType type) => type switch { NumberType.Float32 => 4, NumberType.Float64 => 8, _ => 2 };

    /// <summary>Reads as many numbers as <paramref name="into"/> takes.</summary>
    public static void Read(this NumberType type, ReadOnlySpan<byte> bytes, Span<float> into, bool bigEndian = false)
    {
        for (var i = 0; i < into.Length; i++)
        {
            var at = bytes[(i * type.Bytes())..];
            into[i] = type switch
            {
                NumberType.Float16 => (float)(bigEndian ? BinaryPrimitives.ReadHalfBigEndian(at) : BinaryPrimitives.ReadHalfLittleEndian(at)),
                NumberType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                NumberType.Float32 => bigEndian ? BinaryPrimitives.ReadSingleBigEndian(at) : BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => (float)(bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(at) : BinaryPrimitives.ReadDoubleLittleEndian(at)),
            };
        }
    }
}
