using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Figures;

/// <summary>Predictions over the data: figure 3 (one model), 6 (one line per value) and 10 (one panel per value).</summary>
internal static class PredictionFigures
{
    private static readonly LegendEntry Data = new(Swatch.Dot, InkRole.Truth, "Data");

    public static Figure? OfModel(TrialResult result, string who)
    {
        var fit = result.Fit;
        if (fit.X.Length == 0)
            return null;
        var marks = new List<Mark> { Truth(fit) };
        var entries = new List<LegendEntry> { new(Swatch.Line, InkRole.Model, "Prediction"), Data };
        AddSpread(marks, fit, InkRole.Model);
        var (weight, opacity) = IsFuzzy(fit) ? (0.5, 0.6) : (1.3, 1.0);
        marks.Add(new Line("Prediction", InkRole.Model, fit.X, fit.Prediction, weight, opacity));
        return new Figure(
            "model-prediction",
            "The prediction over the data",
            who,
            "The network is a sum of bent planes: its prediction is a chain of straight pieces, most of them where the data "
            + "bends most. Look for the pieces that cut a corner: there it has bias left.",
            [new Panel(Axis.Around(Label.Italic("x"), fit.X), ValueAxis([fit]), marks)],
            new Legend(Label.Empty, entries),
            Notes([(who, fit)]));
    }

    public static Figure? Overlaid(Slice slice, string suffix)
    {
        var members = slice.WithFit.ToArray();
        if (members.Length == 0)
            return null;
        var fits = members.Select(member => member.Result.Fit).ToArray();
        var marks = new List<Mark> { Truth(fits[0]) };
        foreach (var member in members)
            marks.Add(new Line(slice.Axis.Equation(member.Value), member.Ink, member.Result.Fit.X, member.Result.Fit.Prediction, 1.1));
        return new Figure(
            "predictions" + suffix,
            $"Predictions for each {slice.Axis.Symbol}",
            Said(slice.Held, Sampled(fits)),
            slice.Axis.Key == "regularization.l2"
                ? "As λ grows the model gives up the small bends first, then the large ones; in the end it is a straight line, and last "
                  + "a constant that even its bias is pulled away from the mean of the data."
                : "The darker the line, the greater the value.",
            [new Panel(Axis.Around(Label.Italic("x"), fits[0].X), ValueAxis(fits), marks)],
            SliceLegend.Lines(slice, members, Data),
            [.. slice.Missing, .. Notes(members.Select(member => (slice.Axis.Equation(member.Value), member.Result.Fit)))]);
    }

    /// <param name="dropoutStaysOn">Predictions were made with units still being dropped, as in the notebook.</param>
    public static Figure? Multiples(Slice slice, string suffix, bool dropoutStaysOn)
    {
        var members = slice.WithFit.ToArray();
        if (members.Length == 0)
            return null;
        var fits = members.Select(member => member.Result.Fit).ToArray();
        var (x, y) = (Axis.Around(Label.Italic("x"), fits[0].X, 0.03), ValueAxis(fits));
        var panels = new List<Panel>();
        foreach (var member in members)
        {
            var fit = member.Result.Fit;
            var marks = new List<Mark> { Truth(fits[0]) };
            AddSpread(marks, fit, member.Ink);
            var (weight, opacity) = IsFuzzy(fit) ? (0.5, 0.6) : (1.1, 1.0);
            marks.Add(new Line(slice.Axis.Equation(member.Value), member.Ink, fit.X, fit.Prediction, weight, opacity));
            panels.Add(new Panel(x, y, marks, slice.Axis.Symbol + $" = {member.Value.Label}"));
        }

        var mode = dropoutStaysOn
            ? "Dropout was left switched on while predicting (evaluation: on, as in the notebook), so every point is predicted by "
              + "another thinned network: the width of the fuzz is the model's own disagreement, not noise of the data. "
            : "Dropout was switched off while predicting (evaluation: off): the whole network answers, so lines are smooth. "
              + "In the notebook it was left on, and its predictions look fuzzy. ";
        return new Figure(
            "predictions" + suffix,
            $"Predictions for each {slice.Axis.Symbol}",
            Said(slice.Held, Sampled(fits)) is { Length: > 0 } said ? said + "; grey: the data" : "Grey: the data",
            mode + "As p grows, the prediction keeps the coarse shape longest where the data is flat, and ends as a constant.",
            panels,
            null,
            [.. slice.Missing, .. Notes(members.Select(member => (slice.Axis.Equation(member.Value), member.Result.Fit)))],
            members.Length > 3 ? 2 : 1);
    }

    // Predictions of very many points are read as a sample.
    internal static string Sampled(IReadOnlyList<Fit> fits) => fits.Max(fit => fit.Every) is > 1 and var every ? $"1 of {every} points drawn" : "";

    private static string Said(string held, string sampled) => held.Length > 0 && sampled.Length > 0 ? $"{held}, {sampled}" : held + sampled;

    // A smooth curve hardly bends between neighbouring points; with dropout on, each point jumps for itself. The data then
    // has to shine through.
    private static bool IsFuzzy(Fit fit)
    {
        var (low, high) = Range(fit.Prediction);
        var jumps = 0.0;
        for (var i = 1; i < fit.X.Length; i++)
            jumps += Math.Abs(fit.Prediction[i] - fit.Prediction[i - 1]);
        return jumps > 20 * (high - low);
    }

    private static Dots Truth(Fit fit) => new("Data", InkRole.Truth, fit.X, fit.Target);

    private static void AddSpread(List<Mark> marks, Fit fit, Ink ink)
    {
        if (!fit.Spread.Any(s => s > 0))
            return;
        var low = fit.Centre.Zip(fit.Spread, (p, s) => p - s).ToArray();
        var high = fit.Centre.Zip(fit.Spread, (p, s) => p + s).ToArray();
        marks.Add(new Band("± one standard deviation of Monte Carlo dropout", ink, fit.X, low, high));
    }

    // The data sets the scale. A prediction that ran away may stretch it by half the data's range, then it is clipped.
    internal static Axis ValueAxis(IReadOnlyList<Fit> fits)
    {
        var (low, high) = Range(fits[0].Target);
        var room = (high - low) / 2;
        var predictions = fits.SelectMany(fit => fit.Prediction).Where(double.IsFinite).Select(y => Math.Clamp(y, low - room, high + room));
        return Axis.Around(Label.Italic("y"), fits[0].Target.Concat(predictions), 0.05);
    }

    private static List<string> Notes(IEnumerable<(string Name, Fit Fit)> fits)
    {
        var notes = new List<string>();
        foreach (var (name, fit) in fits)
        {
            var who = name.Length == 0 ? "The prediction" : name;
            if (fit.Inputs > 1)
                notes.Add($"{who}: drawn over the first of {fit.Inputs} inputs.");
            var bad = fit.Prediction.Count(y => !double.IsFinite(y));
            if (bad > 0)
                notes.Add($"{who}: {bad} of {fit.Prediction.Length} predictions are not finite numbers and leave a gap.");
            var (low, high) = Range(fit.Target);
            var room = (high - low) / 2;
            var far = fit.Prediction.Count(y => double.IsFinite(y) && (y < low - room || y > high + room));
            if (far > 0)
                notes.Add($"{who}: {far} of {fit.Prediction.Length} predictions lie beyond the axis.");
        }

        return notes;
    }

    private static (double Low, double High) Range(double[] values)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        return (finite.Min(), finite.Max());
    }
}
