using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Losses over epochs: figure 2 (one model, training and validation) and figures 5 and 9 (training loss per value of an axis).</summary>
internal static class LossFigures
{
    internal static readonly Label LossLabel = (Label)"log" + Label.Subscript("10") + " MSE loss";

    /// <param name="who">Whose losses: empty for the only configuration, else “best configuration, λ = 1e-5”.</param>
    /// <param name="noise">The irreducible error, drawn as a level.</param>
    public static Figure? OfModel(TrialResult result, string who, double? noise)
    {
        var losses = result.Losses;
        if (losses.Epoch.Length == 0)
            return null;
        var epochs = Doubles(losses.Epoch);
        var (training, validation) = (Logarithms(losses.Training), Logarithms(losses.Validation));
        var marks = new List<Mark>
        {
            new Line("Training loss", InkRole.Training, epochs, training),
            new Line("Validation loss", InkRole.Validation, epochs, validation),
        };
        var entries = new List<LegendEntry>
        {
            new(Swatch.Line, InkRole.Training, "Training loss"),
            new(Swatch.Line, InkRole.Validation, "Validation loss"),
        };
        AddNoise(marks, noise);
        return new Figure(
            "model-losses",
            "Training and validation loss",
            who,
            "A step of one on the upright axis is a factor of ten. Training loss is the mean over an epoch in which the parameters "
            + "still move, validation loss is taken after it: that is why validation may lie below training. Spikes are Adam "
            + "stepping out of a narrow valley; only a gap that stays open speaks of overfitting.",
            [new Panel(EpochAxis(epochs), LossAxis([.. training, .. validation], noise), marks)],
            new Legend(Label.Empty, entries),
            Gaps([("training loss", losses.Training), ("validation loss", losses.Validation)]));
    }

    public static Figure? OfSlice(Slice slice, string suffix, double? noise)
    {
        var members = slice.WithLosses.ToArray();
        if (members.Length == 0)
            return null;
        var marks = new List<Mark>();
        var values = new List<double>();
        foreach (var member in members)
        {
            var log = Logarithms(member.Result.Losses.Training);
            values.AddRange(log);
            marks.Add(new Line(slice.Axis.Equation(member.Value), member.Ink, Doubles(member.Result.Losses.Epoch), log));
        }

        // Curves of one seed lie on one another up to where a rule stopped the shorter one.
        foreach (var member in members.Where(member => member.Result.Trial.StoppedBy is not null && double.IsFinite(Elementary.Log10(member.Result.Losses.Training[^1]))))
        {
            var (losses, rule) = (member.Result.Losses, member.Result.Trial.StoppedBy);
            marks.Add(new Point($"{slice.Axis.Equation(member.Value)}: stopped by {rule} at epoch {losses.Epoch[^1]}", member.Ink, losses.Epoch[^1], Elementary.Log10(losses.Training[^1])));
        }

        AddNoise(marks, noise);
        var epochs = members.SelectMany(member => member.Result.Losses.Epoch).Select(e => (double)e).ToArray();
        return new Figure(
            "training-losses" + suffix,
            $"Training loss for each {slice.Axis.Symbol}",
            slice.Held,
            Caption(slice.Axis.Key) + (members.Any(member => member.Result.Trial.StoppedBy is not null) ? " A disc is where a rule stopped the trial." : ""),
            [new Panel(EpochAxis(epochs), LossAxis(values, noise), marks)],
            SliceLegend.Lines(slice, members),
            [.. slice.Missing, .. Gaps(members.Select(member => (slice.Axis.Equation(member.Value), member.Result.Losses.Training)))]);
    }

    internal static double[] Logarithms(double[] values) => [.. values.Select(v => v > 0 ? Elementary.Log10(v) : double.NaN)];

    private static string Caption(string key) => key switch
    {
        "regularization.l2" =>
            "The penalty itself is not in these losses: they rise with λ because the penalty holds the parameters back from the data. "
            + "Small λ are restless and reach far down; from some λ on the curve is flat, the network has been pressed into a constant.",
        "regularization.dropout.p" =>
            "Training loss is measured with dropout switched on, so it contains the noise of the dropped units: it rises with p even "
            + "where the whole network would fit well. At p = 1 only the output's bias learns, and the loss ends at the variance of the data.",
        _ => "The darker the line, the greater the value. A step of one on the upright axis is a factor of ten.",
    };

    internal static Axis EpochAxis(double[] epochs) => Axis.Around("Epoch", epochs.Append(0), 0.025);

    internal static Axis LossAxis(IEnumerable<double> values, double? noise) =>
        Axis.Around(LossLabel, noise is > 0 ? values.Append(Elementary.Log10(noise.Value)) : values, 0.05);

    internal static void AddNoise(List<Mark> marks, double? noise)
    {
        if (noise is > 0)
            marks.Add(new Level("irreducible error", InkRole.Plain, Elementary.Log10(noise.Value)));
    }

    internal static double[] Doubles(int[] values) => Array.ConvertAll(values, value => (double)value);

    private static List<string> Gaps(IEnumerable<(string Name, double[] Values)> series)
    {
        var notes = new List<string>();
        foreach (var (name, values) in series)
        {
            var bad = values.Count(value => !double.IsFinite(value));
            if (bad > 0)
                notes.Add($"{name}: {bad} of {values.Length} epochs are not finite numbers and leave a gap.");
            var none = values.Count(value => value == 0);
            if (none > 0)
                notes.Add($"{name}: {none} of {values.Length} epochs are exactly 0, which has no logarithm, and leave a gap.");
        }

        return notes;
    }
}
