using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Validation loss over epochs for each value of an axis: the mean over replicates with its 95 % confidence band.</summary>
internal static class ReplicateFigure
{
    public static Figure? Of(Slice slice, string suffix, double? noise)
    {
        var members = slice.Members.Where(member => member.Replicates.Count > 1).ToArray();
        if (members.Length == 0)
            return null;
        var (marks, lines, values) = (new List<Mark>(), new List<Mark>(), new List<double>());
        foreach (var member in members)
        {
            var name = slice.Axis.Equation(member.Value);
            var (epochs, band) = Curve(member.Replicates, losses => losses.Validation);
            marks.Add(new Band($"{name}: 95 % confidence", member.Ink, epochs, [.. band.Select(c => c.Low)], [.. band.Select(c => c.High)]));
            lines.Add(new Line($"{name}: mean of {member.Replicates.Count} replicates", member.Ink, epochs, [.. band.Select(c => c.Mean)]));
            values.AddRange(band.SelectMany(c => (double[])[c.Mean, c.Low, c.High]));
        }

        marks.AddRange(lines);
        LossFigures.AddNoise(marks, noise);
        var counts = members.Select(member => member.Replicates.Count).Distinct().Order().ToArray();
        var held = slice.Axis.Key.Length > 0 ? slice.Held.Split(", one replicate of")[0] : "";
        held = held.StartsWith("one replicate of", StringComparison.Ordinal) ? "" : held;
        return new Figure(
            "replicates" + suffix,
            $"Validation loss over replicates for each {slice.Axis.Symbol}",
            (held.Length > 0 ? held + "; " : "") + $"mean and 95 % band over {(counts.Length == 1 ? counts[0] : $"{counts[0]} to {counts[^1]}")} replicates",
            "Each line is the mean of log10 validation loss over the replicates of a configuration, its band the 95 % confidence interval of that mean "
            + "(Student's t). Where two bands lie apart, the difference is more than the luck of a seed.",
            [new Panel(LossFigures.EpochAxis([.. members.SelectMany(m => m.Replicates[0].Epoch).Select(e => (double)e)]), LossFigures.LossAxis(values, noise), marks)],
            SliceLegend.Lines(slice, members),
            [.. slice.Members.Where(member => member.Replicates.Count == 1).Select(member => $"{slice.Axis.Equation(member.Value)} has one finished replicate only, and no band: it is left out.")]);
    }

    /// <summary>Mean and interval of log10 at each epoch that any replicate reached.</summary>
    internal static (double[] Epochs, Confidence[] Band) Curve(IReadOnlyList<Losses> replicates, Func<Losses, double[]> series)
    {
        var at = new SortedDictionary<int, List<double>>();
        foreach (var losses in replicates)
        {
            var logs = LossFigures.Logarithms(series(losses));
            for (var i = 0; i < logs.Length; i++)
            {
                if (!at.TryGetValue(losses.Epoch[i], out var list))
                    at.Add(losses.Epoch[i], list = []);
                list.Add(logs[i]);
            }
        }

        return ([.. at.Keys.Select(epoch => (double)epoch)], [.. at.Values.Select(Confidence.Of)]);
    }
}
