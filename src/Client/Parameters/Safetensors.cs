using System.Buffers.Binary;
using System.Text.Json;
using SweepCluster.Training;

namespace SweepCluster.Client.Parameters;

/// <summary>
/// The safetensors format: the header's length as a little-endian 64-bit number, the header (JSON: each tensor's type, shape and place),
/// the numbers. θ lies in layer order, weights before biases, so its bytes are the tensors' bytes one after another.
/// </summary>
internal static class Safetensors
{
    private const int Alignment = 8;

    /// <param name="layers">Whose weights (output × input) and biases <paramref name="parameters"/> are.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> parameters, IReadOnlyList<LayerShape> layers, IReadOnlyDictionary<string, string> metadata)
    {
        var header = Header(layers, metadata);
        Span<byte> size = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(size, (ulong)header.Length);
        stream.Write(size);
        stream.Write(header);
        stream.Write(LittleEndian.Bytes(parameters));
    }

    private static byte[] Header(IReadOnlyList<LayerShape> layers, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, text) in metadata)
                json.WriteString(key, text);
            json.WriteEndObject();
            foreach (var layer in layers)
            {
                Tensor(json, layer.Name + ".weight", layer.WeightOffset, layer.Outputs, layer.Inputs);
                Tensor(json, layer.Name + ".bias", layer.BiasOffset, layer.Outputs);
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void Tensor(Utf8JsonWriter json, string name, int offset, params int[] shape)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (var length in shape)
            json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue((long)offset * sizeof(float));
        json.WriteNumberValue((offset + shape.Aggregate(1L, (product, length) => product * length)) * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
