using System.Globalization;
using SweepCluster.Contracts;

namespace SweepCluster.Reports.Export;

/// <summary>RFC 4180 with line feeds: a field is quoted when it holds a comma, a quote or a line break; numbers round-trip.</summary>
internal static class Csv
{
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    public static string Row(IEnumerable<object?> fields) => string.Join(',', fields.Select(Field)) + "\n";

    private static string Field(object? value)
    {
        var text = value switch
        {
            null => "",
            double number when double.IsPositiveInfinity(number) => "Infinity",
            double number => NumberText.Of(number),
            float number => NumberText.Of(number),
            DateTime instant => instant.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.AsSpan().ContainsAny(Quoted) || text.StartsWith(' ') || text.EndsWith(' ')
            ? "\"" + text.Replace("\"", "\"\"") + "\""
            : text;
    }
}
