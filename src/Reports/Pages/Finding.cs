using System.Globalization;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Pages;

/// <summary>What a reader wants first, in sentences.</summary>
internal static class Finding
{
    public static IReadOnlyList<string> Of(SweepResults results)
    {
        var sentences = new List<string>();
        if (results.Best is not { } best)
        {
            sentences.Add(results.TrialCount == 0
                ? "This sweep has no trials."
                : $"No trial has finished with {(results.Table.Measures.Objective.IsLoss ? "a " : "")}{results.Table.Measures.Objective.Title} yet: {results.Table.States()}. There is nothing to compare; what the store holds is shown below.");
            return sentences;
        }

        var (loss, objective) = (best.ValidationLoss, results.Table.Measures.Objective);
        var who = results.Grid.Axes.Count == 0
            ? $"The model ends with {(objective.IsLoss ? "a " : "")}{objective.Title} of"
            : $"{results.Table.Equations(best.Row)} gives the {(objective.Maximizes == true ? "highest" : "lowest")} {objective.Title},";
        var over = best.Replicates > 1 ? $" on average over {best.Replicates} replicates" : "";
        sentences.Add($"{who} {(objective.IsLoss ? Loss(best.Value) : best.Value.ToString("G4", CultureInfo.InvariantCulture))}{over}{(objective.Name == Measure.Validation.Name || !double.IsFinite(loss) ? "" : $", at a validation loss of {Loss(loss)}")}.");
        if (Rivals(results) is { } rivals)
            sentences.Add(rivals);
        if (Elsewhere(results, best) is { } elsewhere)
            sentences.Add(elsewhere);
        if (results.Noise is { Value: > 0 } noise)
            sentences.Add(Against(noise, loss, results.Table.Columns.Training[best.Row]));
        sentences.AddRange(results.Mismatch.Select(sentence => char.ToUpperInvariant(sentence[0]) + sentence[1..] + "."));
        var tested = results.Trials.Where(trial => trial.TestLoss is not null).ToArray();
        if (tested.Length > 0 && tested.Select(trial => trial.Ordinal).Distinct().Count() == 1)
        {
            sentences.Add($"{(results.HasProgram ? "Its program says of the test part" : "It was looked at on the test part, once")}: test loss {Loss(tested.Average(trial => trial.TestLoss!.Value))}"
                + (tested.Length > 1 ? $" on average over {tested.Length} replicates." : "."));
        }

        var finished = Enumerable.Range(0, results.TrialCount).Count(results.Table.Columns.IsFinished);
        if (finished < results.TrialCount)
            sentences.Add($"{finished} of {results.TrialCount} trials are finished ({results.Table.States()}); the others are missing from this comparison.");
        if (results.Grid.Axes.Count > 0 && results.Table.Columns.Replicates == 1)
            sentences.Add("Every configuration was trained once: a difference no larger than the jumps between neighbouring epochs may be chance.");
        if (Stopped(results) is { } stopped)
            sentences.Add(stopped);
        sentences.AddRange(Settings.Of(results.Sweep.Specification.GetRawText()));
        if (results.DropoutStaysOn)
            sentences.Add("Dropout was left on in evaluation (evaluation: on, as in the notebook): validation losses and predictions contain its noise, and are worse than the whole network's.");
        return sentences;
    }

    // Who looks at losses alone would take another one.
    private static string? Elsewhere(SweepResults results, Best best)
    {
        if (results.Table.Measures.Objective.Name == Measure.Validation.Name || results.Grid.Axes.Count == 0)
            return null;
        var lowest = results.Table.Outcomes.Where(outcome => outcome.Finished == results.Table.Outcomes[best.Configuration].Finished).OrderBy(outcome => outcome.Validation).FirstOrDefault();
        return lowest.Finished == 0 || lowest.Row == results.Table.Outcomes[best.Configuration].Row || !(lowest.Validation < best.ValidationLoss) ? null
            : $"The lowest validation loss, {Loss(lowest.Validation)}, is another's: {results.Table.Equations(lowest.Row)}.";
    }

    private static string? Rivals(SweepResults results)
    {
        var configurations = ConfigurationsTable.Of(results);
        if (configurations.Count < 2)
            return null;
        var best = configurations.Single(one => one.IsBest);
        var rivals = configurations.Count(one => one.ToBest is { IsClear: false });
        return (double.IsFinite(best.Low) ? $"Its 95 % interval is {Loss(best.Low)} to {Loss(best.High)}. " : "")
            + (rivals == 0
                ? "Compared replicate by replicate, it is better than every other configuration beyond the luck of a seed."
                : $"Compared replicate by replicate, {rivals} of the {configurations.Count - 1} other configurations cannot be told from it.");
    }

    // Of the trials listed: in a long sweep those that ended lowest.
    private static string? Stopped(SweepResults results)
    {
        var rules = results.Trials.Where(trial => trial.StoppedBy is not null).GroupBy(trial => trial.StoppedBy!).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (rules.Length == 0)
            return null;
        var restored = results.Trials.Count(trial => trial.ThetaEpoch is not null);
        return $"{rules.Sum(rule => rule.Count())} of {results.Trials.Count} trials were stopped by a rule ({string.Join(", ", rules.Select(rule => $"{rule.Count()} by {rule.Key}"))}), "
            + $"after {rules.SelectMany(rule => rule).Average(trial => trial.Epochs).ToString("0", CultureInfo.InvariantCulture)} epochs on average"
            + (restored > 0 ? $"; {restored} ended with the parameters of an earlier epoch, their best." : ".");
    }

    /// <summary>Three digits: 1.99e-3.</summary>
    public static string Loss(double? loss)
    {
        if (loss is not { } value)
            return "–";
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : "∞";
        if (value == 0 || Math.Abs(value) is >= 0.1 and < 1000)
            return value.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '−');
        return value.ToString("0.00e0", CultureInfo.InvariantCulture).Replace('-', '−');
    }

    private static string Against(IrreducibleError noise, double loss, double training)
    {
        var ratio = (loss / noise.Value).ToString(loss / noise.Value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
        var text = $"The noise in the data alone makes {Loss(noise.Value)} (irreducible error, {noise.Source}), so this is {ratio} times the least possible";
        return BiasVariance.Of(training, loss, noise.Value) switch
        {
            Lack.None => text + ": little is left to gain.",
            Lack.Bias => text + ": mostly bias, since the training loss is high as well. " + BiasVariance.Remedy(Lack.Bias),
            Lack.Variance => text + ": mostly variance, since the training loss is far lower. " + BiasVariance.Remedy(Lack.Variance),
            _ => text + ".",
        };
    }
}
