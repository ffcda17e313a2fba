using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SweepCluster.Client;

/// <summary>One JSON object a line, each with its <c>event</c>, flushed as it is written.</summary>
internal sealed class JsonLines(TextWriter output)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(string name, Action<Utf8JsonWriter> properties)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            properties(json);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
        output.Flush();
    }

    /// <summary>Null where there is none, and for NaN and infinity, which JSON lacks.</summary>
    public static void Loss(Utf8JsonWriter json, string name, double? loss)
    {
        if (loss is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
