using System.Globalization;

namespace SweepCluster.Contracts;

/// <summary>
/// The one spelling of numbers, in sweep files, tables, figures and exports: the shortest decimal that reads back to the same
/// number, as people write it: 1e-4, 0.01, 0.7, 64.
/// </summary>
public static class NumberText
{
    public static string Of(double number) => Plain(number.ToString("R", CultureInfo.InvariantCulture));

    public static string Of(float number) => Plain(number.ToString("R", CultureInfo.InvariantCulture));

    private static string Plain(string text)
    {
        if (text.IndexOf('E', StringComparison.Ordinal) is >= 0 and var e)
            return $"{text[..e]}e{int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}";
        var sign = text.StartsWith('-') ? "-" : "";
        if (!text.StartsWith(sign + "0.0", StringComparison.Ordinal))
            return text;
        var digits = text[(sign.Length + 2)..].TrimStart('0');
        var exponent = sign.Length + 1 - text.Length + digits.Length;
        var scientific = $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{exponent}";
        return scientific.Length < text.Length ? scientific : text;
    }
}
