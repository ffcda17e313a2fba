using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SweepCluster.Client.Parameters;

/// <summary>NumPy's file of one array, version 1.0: magic, length of the header, the header (a Python dictionary), the numbers.</summary>
/// <remarks>After NEP 1, "A simple file format for NumPy arrays". Numbers are little-endian float32.</remarks>
internal static class Npy
{
    private const int Alignment = 64;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8, 1, 0];

    public static void Write(Stream stream, ReadOnlySpan<float> numbers)
    {
        var dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({numbers.Length.ToString(CultureInfo.InvariantCulture)},), }}";
        var start = Magic.Length + sizeof(ushort);
        // Padded with spaces and ended by a line feed, so that the numbers begin on a multiple of 64 bytes.
        var length = ((start + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment) - start;
        Span<byte> size = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)length);
        stream.Write(Magic);
        stream.Write(size);
        stream.Write(Encoding.ASCII.GetBytes(dictionary.PadRight(length - 1) + "\n"));
        stream.Write(LittleEndian.Bytes(numbers));
    }
}
