using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>What is shown over epochs for each value of an axis: the mean over replicates with its 95 % confidence band.</summary>
internal static class ReplicateFigure
{
    /// <param name="shown">What the replicates' curves are of; null: the validation loss.</param>
    public static Figure? Of(Slice slice, string suffix, double? noise, Measure? shown = null)
    {
        var measure = shown ?? Measure.Validation;
        var members = slice.Members.Where(member => member.Replicates.Count > 1).ToArray();
        if (members.Length == 0)
            return null;
        var (marks, lines, values) = (new List<Mark>(), new List<Mark>(), new List<double>());
        foreach (var member in members)
        {
            var name = slice.Axis.Equation(member.Value);
            var (epochs, band) = Curve(member.Replicates, measure);
            marks.Add(new Band($"{name}: 95 % confidence", member.Ink, epochs, [.. band.Select(c => c.Low)], [.. band.Select(c => c.High)]));
            lines.Add(new Line($"{name}: mean of {member.Replicates.Count} replicates", member.Ink, epochs, [.. band.Select(c => c.Mean)]));
            values.AddRange(band.SelectMany(c => (double[])[c.Mean, c.Low, c.High]));
        }

        marks.AddRange(lines);
        noise = measure.IsDefault ? noise : null;
        LossFigures.AddNoise(marks, noise);
        var counts = members.Select(member => member.Replicates.Count).Distinct().Order().ToArray();
        var held = slice.Axis.Key.Length > 0 ? slice.Held.Split(", one replicate of")[0] : "";
        held = held.StartsWith("one replicate of", StringComparison.Ordinal) ? "" : held;
        return new Figure(
            "replicates" + suffix,
            $"{measure.Capital} over replicates for each {slice.Axis.Symbol}",
            (held.Length > 0 ? held + "; " : "") + $"mean and 95 % band over {(counts.Length == 1 ? counts[0] : $"{counts[0]} to {counts[^1]}")} replicates",
            $"Each line is the mean of {measure.Scale} over the replicates of a configuration, its band the 95 % confidence interval of that mean "
            + "(Student's t). Where two bands lie apart, the difference is more than the luck of a seed.",
            [new Panel(LossFigures.EpochAxis([.. members.SelectMany(m => m.Replicates[0].Epoch)]), measure.IsDefault ? LossFigures.LossAxis(values, noise) : Axis.Around(measure.Axis, values, 0.05), marks)],
            SliceLegend.Lines(slice, members),
            [.. slice.Members.Where(member => member.Replicates.Count == 1).Select(member => $"{slice.Axis.Equation(member.Value)} has one finished replicate only, and no band: it is left out.")]);
    }

    /// <summary>Mean and interval on the measure's axis at each epoch that any replicate reached.</summary>
    private static (double[] Epochs, Confidence[] Band) Curve(IReadOnlyList<Series> replicates, Measure measure)
    {
        var at = new SortedDictionary<double, List<double>>();
        foreach (var (epochs, values) in replicates)
        {
            foreach (var (i, value) in values.Index())
            {
                if (!at.TryGetValue(epochs[i], out var list))
                    at.Add(epochs[i], list = []);
                list.Add(measure.At(value));
            }
        }

        return ([.. at.Keys], [.. at.Values.Select(Confidence.Of)]);
    }
}
