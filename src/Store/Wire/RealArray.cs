using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Npgsql.Internal;
using Npgsql.Internal.Postgres;

// The driver marks the way to own converters as subject to change: its version is pinned, and a test writes and reads them.
#pragma warning disable NPG9001

namespace SweepCluster.Store.Wire;

/// <summary>
/// A vector of reals on its way to the server. The driver's own converter takes some 40 ns an element, twice 12,673 times a trial;
/// this one writes all of them at once.
/// </summary>
internal sealed record RealArray(float[] Values)
{
    private const int Header = 5 * sizeof(int);
    private const int Float4 = 700; // pg_type.oid, the same in every server

    // On the wire: dimensions, flags, element type, length, lower bound; then each element's size and bits, all big-endian.
    private byte[] Encode()
    {
        var bytes = new byte[Size];
        foreach (var (i, value) in ((int[])[Values.Length == 0 ? 0 : 1, 0, Float4, Values.Length, 1]).Index())
        {
            if (bytes.Length > i * sizeof(int)) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * sizeof(int)), value);
        }
        var elements = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(Values.Length == 0 ? bytes.Length : Header));
        var bits = MemoryMarshal.Cast<float, uint>(Values);
        for (var i = 0; i < elements.Length; i++) elements[i] = BinaryPrimitives.ReverseEndianness(((ulong)sizeof(float) << 32) | bits[i]);
        return bytes;
    }

    // An array without elements has no dimensions, and ends after the element type.
    private int Size => Values.Length == 0 ? 3 * sizeof(int) : Header + (Values.Length * 2 * sizeof(float));

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

        public override void Write(PgWriter writer, RealArray value) => writer.WriteBytes(value.Encode());

        public override ValueTask WriteAsync(PgWriter writer, RealArray value, CancellationToken cancellationToken = default) =>
            writer.WriteBytesAsync(value.Encode(), cancellationToken);

        public override RealArray Read(PgReader reader) => throw new NotSupportedException();

        public override ValueTask<RealArray> ReadAsync(PgReader reader, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
