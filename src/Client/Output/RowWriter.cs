using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using SweepCluster.Contracts;

namespace SweepCluster.Client;

/// <summary>How rows leave the program.</summary>
internal enum RowFormat
{
    Table,
    Csv,
    Json,
}

/// <summary>JSON text that goes out as it is.</summary>
internal readonly record struct RawJson(string Text)
{
    public override string ToString() => Text;
}

/// <summary>
/// Writes rows one by one, as many as there are. Values are null, text, booleans, numbers, instants, arrays of these, or
/// <see cref="RawJson"/>. CSV: null is empty, an array is its values with spaces between, an instant is ISO 8601 in UTC.
/// JSON: an array of objects, one a line; NaN and infinities, which JSON lacks, are null.
/// </summary>
internal static class RowWriter
{
    public static async Task<long> WriteAsync(
        RowFormat format, TextWriter output, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancel) => format switch
        {
            RowFormat.Csv => await CsvAsync(output, columns, rows, cancel),
            RowFormat.Json => await JsonAsync(output, columns, rows, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "a table is not streamed"),
        };

    public static string Text(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        string text => text,
        DateTime instant => instant.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        DateTimeOffset instant => Text(instant.UtcDateTime),
        float number => NumberText.Of(number),
        double number => NumberText.Of(number),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable values => string.Join(' ', values.Cast<object?>().Select(Text)),
        _ => value.ToString() ?? "",
    };

    private static async Task<long> CsvAsync(TextWriter output, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancel)
    {
        await using var csv = CsvWriter.Create(output, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteRecord([.. columns]);
        long count = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            foreach (var value in row)
                csv.WriteField(Text(value));
            await csv.EndRecordAsync(cancel);
            count++;
        }
        return count;
    }

    private static async Task<long> JsonAsync(TextWriter output, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        long count = 0;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            json.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                json.WritePropertyName(columns[i]);
                Value(json, row[i]);
            }
            json.WriteEndObject();
            await json.FlushAsync(cancel);
            await output.WriteAsync(count++ == 0 ? "[\n" : ",\n");
            await output.WriteAsync(Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
            buffer.SetLength(0);
            json.Reset();
        }
        await output.WriteAsync(count == 0 ? "[]\n" : "\n]\n");
        return count;
    }

    private static void Value(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity:
                json.WriteNullValue();
                break;
            case RawJson raw:
                json.WriteRawValue(raw.Text);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case float or double or short or int or long or decimal:
                json.WriteRawValue(Text(value));
                break;
            case Array values:
                json.WriteStartArray();
                foreach (var item in values)
                    Value(json, item);
                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }
}
