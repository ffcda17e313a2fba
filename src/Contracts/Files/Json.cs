using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SweepCluster.Contracts.Files;

/// <summary>JSON to and from nodes, so that stored text passes through the same key definitions as a sweep file.</summary>
internal static class Json
{
    // θ, λ and é stay readable; nothing here is ever pasted into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Quoted(string text) => Write(json => json.WriteStringValue(text));

    /// <exception cref="FormatException">The text is not JSON.</exception>
    public static Node Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return From(json.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"not JSON: {e.Message}", e);
        }
    }

    private static Node From(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => new MapNode([.. json.EnumerateObject().Select(entry => new MapEntry(entry.Name, default, From(entry.Value)))], default),
        JsonValueKind.Array => new ListNode([.. json.EnumerateArray().Select(From)], default),
        JsonValueKind.String => new ScalarNode(json.GetString()!, true, default),
        _ => new ScalarNode(json.GetRawText(), false, default),
    };
}
