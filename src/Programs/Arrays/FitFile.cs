using System.Globalization;
using System.Text;

namespace SweepCluster.Programs.Arrays;

/// <summary>A model's prediction over its data, as its program wrote it: CSV with a line of names, comma-separated, a point in numbers.</summary>
/// <param name="X">rows × inputs, row-major.</param>
/// <param name="Parts"><c>train</c>, <c>validation</c> or <c>test</c>, one per row.</param>
/// <param name="Spread">Standard deviation of the prediction; null where the file has no such column.</param>
public sealed record FitFile(int Inputs, float[] X, float[] Target, string[] Parts, float[] Prediction, float[]? Spread)
{
    public const int MostBytes = 64 * 1024 * 1024;
    public const int MostRows = 1_000_000;
    private const int MostInputs = 1024;

    private static readonly string[] Known = ["train", "validation", "test"];

    /// <exception cref="InvalidDataException">The file cannot be read as a fit. Names file and line.</exception>
    public static FitFile Read(string path)
    {
        try
        {
            return Parse(Encoding.UTF8.GetString(BoundedFile.Read(path, MostBytes)));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"fit {path}: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">The text is no fit.</exception>
    public static FitFile Parse(string text)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n');
        var names = Cells(lines[0]);
        int Column(string name) => Array.IndexOf(names, name);
        var inputs = names.Select((name, i) => (name, i)).Where(n => n.name is "x" || (n.name is ['x', .. var digits] && digits.All(char.IsAsciiDigit))).Select(n => n.i).ToArray();
        var (target, prediction, part, spread) = (Column("target"), Column("prediction"), Column("part"), Column("spread"));
        if (inputs.Length is 0 or > MostInputs || target < 0 || prediction < 0)
            throw new InvalidDataException($"expected the columns x (or x1, x2, …), target, prediction, and perhaps part and spread, found '{Shown(lines[0])}'");
        var (x, y, fitted, parts, spreads) = (new List<float>(), new List<float>(), new List<float>(), new List<string>(), new List<float>());
        for (var row = 1; row < lines.Length; row++)
        {
            if (lines[row].AsSpan().Trim().Length == 0) continue;
            if (parts.Count == MostRows) throw new InvalidDataException($"at most {MostRows:N0} rows are taken, found more");
            var cells = Cells(lines[row]);
            if (cells.Length != names.Length) throw new InvalidDataException($"line {row + 1}: expected {names.Length} values, found {cells.Length}");
            foreach (var input in inputs) x.Add(Number(cells[input], names[input], row));
            y.Add(Number(cells[target], "target", row));
            fitted.Add(Number(cells[prediction], "prediction", row));
            parts.Add(part < 0 ? "train" : Part(cells[part], row));
            if (spread >= 0) spreads.Add(Number(cells[spread], "spread", row) is >= 0 and var wide ? wide : throw new InvalidDataException($"line {row + 1}: spread must be >= 0, found {cells[spread]}"));
        }
        return parts.Count == 0 ? throw new InvalidDataException("it has no rows")
            : new FitFile(inputs.Length, [.. x], [.. y], [.. parts], [.. fitted], spread < 0 ? null : [.. spreads]);
    }

    // No value of a fit has a comma or a quotation mark in it; some put all the same quotation marks around them.
    private static string[] Cells(string line) => Array.ConvertAll(line.Split(','), cell => cell.Trim() is ['"', .. var quoted, '"'] ? quoted : cell.Trim());

    private static float Number(string text, string column, int row) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number) ? number
        : throw new InvalidDataException($"line {row + 1}: {column} must be a number, found '{Shown(text)}'");

    private static string Part(string text, int row) =>
        Known.Contains(text) ? text : throw new InvalidDataException($"line {row + 1}: part must be train, validation or test, found '{Shown(text)}'");

    private static string Shown(string text) => Reporting.TrialLog.Visible(text.Length <= 60 ? text : text[..60] + "…");
}
