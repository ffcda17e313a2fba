using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Figures;

/// <summary>Prediction over target, where several inputs leave no curve to draw: a panel for each target.</summary>
internal static class TargetFigure
{
    private const int MostPanels = 6;

    private static readonly (string Part, string Name, Ink Ink)[] Parts =
        [("train", "Training set", InkRole.Training), ("validation", "Validation set", InkRole.Validation), ("test", "Test set", InkRole.Test)];

    public static Figure? Of(TrialResult result, DataShape shape, string who)
    {
        var outputs = result.Outputs;
        if (outputs.Part.Length == 0 || shape.Classes.Count > 0)
            return null;
        var targets = outputs.Output.Distinct().Order().ToArray();
        var panels = targets.Take(MostPanels).Select(target => Panel(outputs, shape.Output(target), target, targets.Length > 1)).ToArray();
        return new Figure(
            "predicted-targets",
            "Predictions over targets",
            who,
            "Each point is a row; on the line the prediction is the target. A cloud that lies flatter than the line gives up the extremes, as strong "
            + "regularization does; validation points farther from it than training points are what was learnt by heart.",
            panels,
            new Legend(Label.Empty, [.. Parts.Where(part => outputs.Part.Contains(part.Part)).Select(part => new LegendEntry(Swatch.Dot, part.Ink, part.Name))]),
            targets.Length > MostPanels ? [$"The first {MostPanels} of {targets.Length} targets are drawn."] : null,
            panels.Length > 1 ? 2 : 1);
    }

    private static Panel Panel(Outputs outputs, string name, int target, bool titled)
    {
        var marks = new List<Mark>();
        foreach (var (part, label, ink) in Parts)
        {
            var rows = Enumerable.Range(0, outputs.Part.Length).Where(i => outputs.Part[i] == part && outputs.Output[i] == target).ToArray();
            if (rows.Length > 0)
                marks.Add(new Dots(label, ink, [.. rows.Select(i => outputs.Target[i])], [.. rows.Select(i => outputs.Prediction[i])], 1.4));
        }

        var all = Enumerable.Range(0, outputs.Part.Length).Where(i => outputs.Output[i] == target).Select(i => outputs.Target[i]).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (all.Min(), all.Max());
        marks.Add(new Line("prediction = target", InkRole.Plain, [low, high], [low, high], 0.7));
        var shown = Svg.TextWidth.Fit(name, 1, 40);
        // A prediction that ran away may stretch the axis by half the targets' range, then it is clipped.
        var room = (high - low) / 2;
        var predicted = Enumerable.Range(0, outputs.Part.Length).Where(i => outputs.Output[i] == target && double.IsFinite(outputs.Prediction[i])).Select(i => Math.Clamp(outputs.Prediction[i], low - room, high + room));
        return new Panel(Axis.Around($"{shown}, scaled", all), Axis.Around("prediction", predicted.Concat(all)), marks, titled ? (Label)shown : null);
    }
}
