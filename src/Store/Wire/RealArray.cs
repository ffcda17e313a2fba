using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Npgsql.Internal;
using Npgsql.Internal.Postgres;

// The driver marks the way to own converters as subject to change: its version is pinned, and a test writes and reads them.
#pragma warning disable NPG9001

namespace SweepCluster.Store.Wire;

/// <summary>
/// A vector of reals on its way to the server. The driver's own converter takes some 40 ns an element, twice 12,673 times a trial;
/// this one writes blocks of them.
/// </summary>
internal sealed record RealArray(float[] Values)
{
    private const int Float4 = 700; // pg_type.oid, the same in every server
    private const int Element = 2 * sizeof(int);
    private const int Block = 4096; // elements encoded at a time: a whole vector of bytes would be garbage of the large kind, 8 times a trial

    // On the wire: dimensions, flags, element type, length, lower bound; an array without elements has no dimensions and ends after the type.
    private byte[] Head()
    {
        ReadOnlySpan<int> words = Values.Length == 0 ? [0, 0, Float4] : [1, 0, Float4, Values.Length, 1];
        var bytes = new byte[words.Length * sizeof(int)];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * sizeof(int)), words[i]);
        return bytes;
    }

    // Then each element's size and bits, all big-endian.
    private static void Encode(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var elements = MemoryMarshal.Cast<byte, ulong>(bytes);
        var bits = MemoryMarshal.Cast<float, uint>(values);
        for (var i = 0; i < bits.Length; i++) elements[i] = BinaryPrimitives.ReverseEndianness(((ulong)sizeof(float) << 32) | bits[i]);
    }

    private int Size => Values.Length == 0 ? 3 * sizeof(int) : (5 * sizeof(int)) + (Values.Length * Element);

    internal sealed class Factory : PgTypeInfoResolverFactory
    {
        public override IPgTypeInfoResolver CreateResolver() => new Resolver();

        public override IPgTypeInfoResolver? CreateArrayResolver() => null;
    }

    private sealed class Resolver : IPgTypeInfoResolver
    {
        public PgTypeInfo? GetTypeInfo(Type? type, DataTypeName? dataTypeName, PgSerializerOptions options) =>
            type == typeof(RealArray) ? new PgTypeInfo(options, new Converter(), new DataTypeName("pg_catalog._float4")) { SupportsReading = false } : null;
    }

    private sealed class Converter() : PgStreamingConverter<RealArray>(customDbNullPredicate: false)
    {
        public override Size GetSize(SizeContext context, RealArray value, ref object? writeState) => value.Size;

        public override void Write(PgWriter writer, RealArray value)
        {
            writer.WriteBytes(value.Head());
            var block = ArrayPool<byte>.Shared.Rent(Block * Element);
            for (var from = 0; from < value.Values.Length; from += Block)
            {
                var count = Math.Min(Block, value.Values.Length - from);
                Encode(value.Values.AsSpan(from, count), block);
                writer.WriteBytes(block.AsSpan(0, count * Element));
            }
            ArrayPool<byte>.Shared.Return(block);
        }

        public override async ValueTask WriteAsync(PgWriter writer, RealArray value, CancellationToken cancellationToken = default)
        {
            await writer.WriteBytesAsync(value.Head(), cancellationToken);
            var block = ArrayPool<byte>.Shared.Rent(Block * Element);
            for (var from = 0; from < value.Values.Length; from += Block)
            {
                var count = Math.Min(Block, value.Values.Length - from);
                Encode(value.Values.AsSpan(from, count), block);
                await writer.WriteBytesAsync(block.AsMemory(0, count * Element), cancellationToken);
            }
            ArrayPool<byte>.Shared.Return(block);
        }

        public override RealArray Read(PgReader reader) => throw new NotSupportedException();

        public override ValueTask<RealArray> ReadAsync(PgReader reader, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
