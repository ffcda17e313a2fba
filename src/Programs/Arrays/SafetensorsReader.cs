using System.Buffers.Binary;
using System.Text.Json;

namespace SweepCluster.Programs.Arrays;

/// <summary>The safetensors format: the header's length in 64 bits, the header (JSON: each tensor's type, shape and place), the numbers.</summary>
public static class SafetensorsReader
{
    private const int MostHeader = 4 * 1024 * 1024;

    private readonly record struct Tensor(int Begin, int End, int Count, NumberType? Type);

    /// <returns>The numbers of all tensors of floats, in the order in which they lie in the file. Whole numbers and truth values, which count and do not learn, are left out.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or of numbers that are no parameters.</exception>
    public static float[] Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < 8) throw new InvalidDataException("it is no safetensors file: it has fewer than 8 bytes");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(content);
        if (length > MostHeader || (long)length > content.Length - 8) throw new InvalidDataException($"its header of {length:N0} bytes does not fit into the {content.Length:N0} of the file");
        var numbers = content[(8 + (int)length)..];
        var tensors = Tensors(content.Slice(8, (int)length), numbers.Length);
        var result = new float[tensors.Where(t => t.Type is not null).Sum(t => t.Count)];
        var filled = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Type is not { } type) continue;
            type.Read(numbers[tensor.Begin..], result.AsSpan(filled, tensor.Count));
            filled += tensor.Count;
        }
        return result;
    }

    private static List<Tensor> Tensors(ReadOnlySpan<byte> header, int bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(header.ToArray(), new JsonDocumentOptions { MaxDepth = 8 });
            var tensors = json.RootElement.EnumerateObject().Where(t => t.Name != "__metadata__").Select(t => Read(t.Name, t.Value, bytes)).OrderBy(t => t.Begin).ThenBy(t => t.End).ToList();
            var end = 0;
            foreach (var tensor in tensors)
            {
                if (tensor.Begin != end) throw new InvalidDataException(tensor.Begin < end ? "two of its tensors overlap" : $"its bytes {end:N0} to {tensor.Begin:N0} are of no tensor");
                end = tensor.End;
            }
            return end == bytes ? tensors : throw new InvalidDataException($"its bytes {end:N0} to {bytes:N0} are of no tensor");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new InvalidDataException("its header is not the JSON of tensors (dtype, shape, data_offsets)", e);
        }
    }

    private static Tensor Read(string name, JsonElement tensor, int bytes)
    {
        var (type, size) = tensor.GetProperty("dtype").GetString() switch
        {
            "F16" => (NumberType.Float16, 2),
            "BF16" => (NumberType.BFloat16, 2),
            "F32" => (NumberType.Float32, 4),
            "F64" => (NumberType.Float64, 8),
            "BOOL" or "I8" or "U8" => ((NumberType?)null, 1),
            "I16" or "U16" => (null, 2),
            "I32" or "U32" => (null, 4),
            "I64" or "U64" => (null, 8),
            var other => throw new InvalidDataException($"tensor '{name}' is of type {other}, expected F32, F64, F16 or BF16"),
        };
        var count = tensor.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, length) => checked(product * length.GetUInt32()));
        var offsets = tensor.GetProperty("data_offsets");
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        if (begin < 0 || end < begin || end > bytes || end - begin != checked(count * size))
            throw new InvalidDataException($"tensor '{name}' of {count:N0} numbers lies at bytes {begin:N0} to {end:N0} of {bytes:N0}");
        return new Tensor((int)begin, (int)end, (int)count, type);
    }
}
