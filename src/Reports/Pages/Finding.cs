using System.Globalization;

namespace SweepCluster.Reports.Pages;

/// <summary>What a reader wants first, in sentences.</summary>
internal static class Finding
{
    // Validation loss within a quarter of the irreducible error: what is left is not worth a sweep.
    private const double CloseEnough = 1.25;

    public static IReadOnlyList<string> Of(SweepResults results)
    {
        var sentences = new List<string>();
        if (results.Best is not { } best)
        {
            sentences.Add(results.Trials.Count == 0
                ? "This sweep has no trials."
                : $"No trial has finished with a validation loss yet: {States(results)}. There is nothing to compare; what the store holds is shown below.");
            return sentences;
        }

        var loss = best.ValidationLoss;
        var who = results.Grid.Axes.Count == 0
            ? "The model ends with a validation loss of"
            : $"{string.Join(", ", results.Grid.Axes.Select(axis => axis.Equation(axis[best.Trial])))} gives the lowest validation loss,";
        var over = best.Replicates > 1 ? $" on average over {best.Replicates} replicates" : "";
        sentences.Add($"{who} {Loss(loss)}{over}.");
        if (results.Noise is { } noise && noise > 0)
            sentences.Add(Against(noise, loss, best.Trial.TrainingLoss));
        var finished = results.Trials.Count(trial => trial.IsFinished);
        if (finished < results.Trials.Count)
            sentences.Add($"{finished} of {results.Trials.Count} trials are finished ({States(results)}); the others are missing from this comparison.");
        if (results.Grid.Axes.Count > 0 && results.Trials.Select(trial => trial.Replicate).Distinct().Count() == 1)
            sentences.Add("Every configuration was trained once: a difference no larger than the jumps between neighbouring epochs may be chance.");
        if (results.DropoutStaysOn)
            sentences.Add("Dropout was left on in evaluation (evaluation: on, as in the notebook): validation losses and predictions contain its noise, and are worse than the whole network's.");
        return sentences;
    }

    /// <summary>Three digits: 1.99e-3.</summary>
    public static string Loss(double? loss)
    {
        if (loss is not { } value)
            return "–";
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : "∞";
        if (value == 0 || Math.Abs(value) is >= 0.1 and < 1000)
            return value.ToString("0.###", CultureInfo.InvariantCulture);
        return value.ToString("0.00e0", CultureInfo.InvariantCulture).Replace('-', '−');
    }

    private static string Against(double noise, double loss, double? training)
    {
        var ratio = (loss / noise).ToString(loss / noise < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
        var text = $"The noise in the data alone makes {Loss(noise)} (irreducible error, estimated from the targets), so this is {ratio} times the least possible";
        if (loss <= CloseEnough * noise)
            return text + ": little is left to gain.";
        if (training is not { } fitted || !double.IsFinite(fitted))
            return text + ".";
        return text + (fitted - noise >= loss - fitted
            ? ": mostly bias, since the training loss is high as well. Longer training or a larger network would help before more data does."
            : ": mostly variance, since the training loss is far lower. More data or more regularization would help.");
    }

    private static string States(SweepResults results) =>
        string.Join(", ", results.Trials.GroupBy(trial => trial.State).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"));
}
