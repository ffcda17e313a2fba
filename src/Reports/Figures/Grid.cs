using System.Globalization;
using System.Text.Json;
using SweepCluster.Contracts;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>The hyperparameters of a sweep that take more than one value, with those values in order.</summary>
internal sealed record Grid(IReadOnlyList<string> Keys, IReadOnlyList<GridAxis> Axes)
{
    public static Grid Of(TrialColumns trials) => new(
        [.. trials.Keys.Select(key => key.Name)],
        [.. trials.Keys.Where(key => key.Texts.Count > 1).Select(key => GridAxis.Of(key.Name, key.Texts))]);

    /// <summary>The text of one value: <c>1e-5</c>, <c>adam</c>, <c>[64,64]</c>; empty where the configuration lacks the key.</summary>
    public static string Text(JsonElement configuration, string key) =>
        configuration.ValueKind == JsonValueKind.Object && configuration.TryGetProperty(key, out var value) ? Text(value) : "";

    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => NumberText.Of(number),
        _ => value.GetRawText(),
    };
}

/// <summary>One value of an axis.</summary>
/// <param name="Text">Exact text, the identity of the value.</param>
/// <param name="Number">NaN when the axis is not numeric.</param>
/// <param name="Label">What a legend shows: three digits where they tell the values apart.</param>
/// <param name="At">Where it stands on the axis: log10 of the number, the number, or the rank.</param>
/// <param name="Place">Where it stands on the palette, 0 to 1.</param>
internal readonly record struct AxisValue(string Text, double Number, string Label, double At, double Place);

internal enum AxisKind
{
    Linear,
    Logarithmic,
    Ranked,
}

/// <summary>One hyperparameter that varies.</summary>
internal sealed record GridAxis(string Key, AxisKind Kind, IReadOnlyList<AxisValue> Values)
{
    // From this ratio of the greatest to the least value on, equal factors matter rather than equal steps.
    private const double LogarithmicFrom = 50;

    /// <summary>The letter the field uses for it, or the last word of its key.</summary>
    public Label Symbol => Key switch
    {
        "regularization.l2" => Label.Italic("λ"),
        "regularization.l1" => Label.Italic("λ") + Label.Subscript("1"),
        "regularization.dropout.p" => Label.Italic("p"),
        "regularization.dropout.keep_prob" => "keep",
        "regularization.norm.strength" => Label.Italic("λ") + Label.Subscript("p,q"),
        "data.fraction" => "share of the data",
        "augmentation.inputs" => "jitter of x",
        "augmentation.targets" => "jitter of y",
        "training.learning_rate" => Label.Italic("α"),
        _ => Clip(Key[(Key.LastIndexOf('.') + 1)..].Replace('_', ' ')),
    };

    public AxisValue this[TrialRow trial]
    {
        get
        {
            var text = Grid.Text(trial.Configuration, Key);
            return Values.First(value => value.Text == text);
        }
    }

    /// <summary>The values' range, of at least something.</summary>
    public (double Low, double High) Range
    {
        get
        {
            var (low, high) = (Values.Min(value => value.At), Values.Max(value => value.At));
            return high > low ? (low, high) : (low - 0.5, low + 0.5);
        }
    }

    /// <summary>“λ = 1e-5”.</summary>
    public string Equation(AxisValue value) => $"{Symbol} = {value.Label}";

    /// <param name="found">Each value's text once, in order of first appearance.</param>
    public static GridAxis Of(string key, IReadOnlyList<string> found)
    {
        var texts = found.ToArray();
        var numbers = texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n) ? n : double.NaN).ToArray();
        // A key that applies to some configurations only: the others stand one step left of the least value.
        if (Array.IndexOf(texts, "") is >= 0 and var without && numbers.Where((_, i) => i != without).ToArray() is { Length: > 1 } present && !present.Any(double.IsNaN))
        {
            var axis = Of(key, [.. texts.Where(text => text.Length > 0)]);
            var (low, high) = axis.Range;
            return axis with { Values = [new AxisValue("", double.NaN, "(none)", low - Math.Max(0.12 * (high - low), 1e-12), 0), .. axis.Values] };
        }

        if (numbers.Any(double.IsNaN))
        {
            // Words have no order of their own: they keep the order of the grid.
            var ranked = texts.Select((text, i) => new AxisValue(text, double.NaN, text.Length == 0 ? "(none)" : Clip(text), i, Share(i, 0, texts.Length - 1)));
            return new GridAxis(key, AxisKind.Ranked, [.. ranked]);
        }

        Array.Sort(numbers, texts);
        var least = numbers.Where(n => n > 0).DefaultIfEmpty(double.NaN).Min();
        var kind = numbers[0] >= 0 && numbers[^1] >= LogarithmicFrom * least ? AxisKind.Logarithmic : AxisKind.Linear;
        var at = kind == AxisKind.Logarithmic ? Logarithms(numbers, least) : numbers;
        var labels = Labels(numbers);

        // Halfway between even steps, which tell neighbours apart, and steps in proportion, which tell how far apart they are.
        double Place(int i) => (Share(i, 0, texts.Length - 1) + Share(at[i], at[0], at[^1])) / 2;
        return new GridAxis(
            key, kind, [.. texts.Select((text, i) => new AxisValue(text, numbers[i], labels[i], at[i], Place(i)))]);
    }

    // Names come from the store, where anything may stand: what is drawn stays short.
    private static string Clip(string text) => Svg.TextWidth.Fit(text, 1, 24);

    // Zero has no logarithm: it stands one step left of the least value, and its tick says 0.
    private static double[] Logarithms(double[] numbers, double least)
    {
        var (low, high) = (Elementary.Log10(least), Elementary.Log10(numbers[^1]));
        var zero = low - Math.Max(1, 0.12 * (high - low));
        return [.. numbers.Select(n => n == 0 ? zero : Elementary.Log10(n))];
    }

    private static double Share(double at, double low, double high) => high > low ? (at - low) / (high - low) : 0.5;

    private static string[] Labels(double[] numbers)
    {
        var labels = numbers.Select(Short).ToArray();
        return labels.Distinct().Count() == labels.Length ? labels : [.. numbers.Select(NumberText.Of)];
    }

    // Up to five digits as they are (0.125, 1e-5, 128), else three (1/9 is 0.111).
    private static string Short(double number)
    {
        var exact = NumberText.Of(number);
        var digits = exact.Split('e')[0].Count(char.IsAsciiDigit);
        return digits <= 6 ? exact : NumberText.Of(double.Parse(number.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }
}
