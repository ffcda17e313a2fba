using System.Globalization;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace SweepCluster.Silo;

/// <summary>
/// An event as one line of JSON: <c>time</c> (ISO 8601, UTC), <c>level</c>, <c>message</c>, its own properties in camel case, and
/// <c>error</c> with the stack where there is one. Collectors read it without a rule of their own.
/// </summary>
internal sealed class JsonLine : ITextFormatter
{
    // As a person would write it: values without quotation marks.
    private static readonly MessageTemplateTextFormatter Plain = new("{Message:l}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("time", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", logEvent.Level.ToString().ToLowerInvariant());
            json.WriteString("message", Message(logEvent));
            foreach (var (name, value) in logEvent.Properties)
                if (value is ScalarValue { Value: { } scalar }) Write(json, JsonNamingPolicy.CamelCase.ConvertName(name), scalar);
            if (logEvent.Exception is { } error) json.WriteString("error", error.ToString());
            json.WriteEndObject();
        }
        output.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private static string Message(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Plain.Format(logEvent, text);
        return text.ToString();
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        // The envelope's own names are taken.
        if (name is "time" or "level" or "message" or "error") name = "of" + name;
        if (value is int or long) json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
        else json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
    }
}
