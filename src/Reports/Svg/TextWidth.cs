using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports.Svg;

/// <summary>
/// Widths of text in a common sans serif, rounded up: fonts are the reader's, so room is left for the wider ones.
/// </summary>
internal static class TextWidth
{
    public static double Of(string text, double size) => text.Sum(Em) * size;

    public static double Of(Label label, double size) =>
        label.Runs.Sum(run => Of(run.Text, run.Style == RunStyle.Subscript ? size * 0.75 : size));

    /// <summary>The text, cut with an ellipsis where it would be wider than <paramref name="width"/>.</summary>
    public static string Fit(string text, double size, double width)
    {
        var room = width / size;
        for (var i = 0; i < text.Length; i++)
        {
            room -= Em(text[i]);
            if (room < 0)
            {
                // Never between the halves of one character.
                var end = Math.Max(0, i - 1);
                if (end > 0 && char.IsHighSurrogate(text[end - 1]))
                    end--;
                return text[..end] + "…";
            }
        }

        return text;
    }

    private static double Em(char c) => c switch
    {
        'i' or 'j' or 'l' or '.' or ',' or ':' or ';' or '|' or '!' or '\'' or ' ' => 0.3,
        'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '-' => 0.38,
        'm' or 'w' or 'M' or 'W' or '@' or '%' => 0.92,
        >= 'A' and <= 'Z' => 0.7,
        > '\u2e80' => 1.0,
        _ => 0.58,
    };
}
