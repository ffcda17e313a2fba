using System.Globalization;

namespace SweepCluster.Client.Queries;

/// <summary>PostgreSQL's text form of a value, made into what the row writers know.</summary>
internal static class ServerText
{
    public static bool IsNumber(string type) => type is "smallint" or "integer" or "bigint" or "real" or "double precision" or "oid"
        || type.StartsWith("numeric", StringComparison.Ordinal);

    public static object ToValue(string text, string type) => type switch
    {
        "boolean" => text == "t",
        "json" or "jsonb" => new RawJson(text),
        _ when IsNumber(type) => Number(text),
        _ when type.EndsWith("[]", StringComparison.Ordinal) && IsNumber(type[..^2]) && !text.Contains("{{", StringComparison.Ordinal) =>
            Items(text).Select(item => item == "NULL" ? null : Number(item)).ToArray(),
        _ => text,
    };

    /// <summary>The digits as they come; only what JSON cannot write as a number becomes a double.</summary>
    private static object Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == text
            ? whole
            : new RawJson(text),
    };

    private static string[] Items(string text) => text is "{}" ? [] : text[1..^1].Split(',');
}
