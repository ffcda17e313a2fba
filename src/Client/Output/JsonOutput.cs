using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SweepCluster.Client;

/// <summary>The option --json of commands that answer once: one JSON document on standard output, its keys in docs/json.md.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(), new FiniteOrNull() },
    };

    public static Option<bool> Option() => new("--json") { Description = "Print JSON; docs/json.md describes it" };

    public static void Write(object answer) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, Options));

    /// <summary>Stored JSON, to stand inside an answer.</summary>
    public static JsonElement Stored(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    /// <summary>JSON has no NaN and no infinity.</summary>
    private sealed class FiniteOrNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
