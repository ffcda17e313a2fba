using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Figures;

/// <summary>Training and validation loss against the amount of data, everything else as in the best configuration.</summary>
internal static class LearningCurveFigure
{
    public static Figure? Of(SweepTable table, Best? best, string key, string suffix, double? noise)
    {
        var index = table.Grid.Axes.Select((axis, i) => axis.Key == key ? i : -1).DefaultIfEmpty(-1).Max();
        if (index < 0 || best is null)
            return null;
        var axis = table.Grid.Axes[index];
        var points = Selection.Along(table, index, best.Row)
            .Select(row => (Row: row, Trials: table.Finished.Where(other => table.Configuration[other] == table.Configuration[row]).ToArray()))
            .Where(point => point.Trials.Length > 0).ToArray();
        if (points.Length < 2)
            return null;
        var marks = new List<Mark>();
        var values = new List<double>();
        Curve("Training loss", InkRole.Training, table.Columns.Training);
        Curve("Validation loss", InkRole.Validation, table.Columns.Validation);
        LossFigures.AddNoise(marks, noise);
        var replicates = points.Max(point => point.Trials.Length);
        var held = Selection.Held(table, index, best.Row, points.Length).Split(", one replicate of")[0];
        return new Figure(
            "learning-curve" + suffix,
            "What more data would bring",
            string.Join("; ", ((string[])[held.StartsWith("one replicate", StringComparison.Ordinal) ? "" : held, replicates > 1 ? $"mean of log10 loss and its 95 % interval over {replicates} replicates" : ""]).Where(text => text.Length > 0)),
            "With few rows the model learns them by heart: training loss far below validation loss, which is variance, and more data help. Where the two meet, more data "
            + "of the same kind bring nothing: what is left above the irreducible error is bias.",
            [new Panel(DivergenceFigure.XAxis(axis, points.Select(point => table.Value(index, point.Row).At), 0.06), LossFigures.LossAxis(values, noise), marks)],
            new Legend(Label.Empty, [new(Swatch.Line, InkRole.Training, "Training loss"), new(Swatch.Line, InkRole.Validation, "Validation loss")]));

        void Curve(string name, Ink ink, IReadOnlyList<double> losses)
        {
            var x = points.Select(point => table.Value(index, point.Row).At).ToArray();
            var means = points.Select(point => Confidence.Of(point.Trials.Select(row => losses[row]).Where(loss => loss > 0).Select(Elementary.Log10))).ToArray();
            marks.Add(new Line(name, ink, x, [.. means.Select(mean => mean.Mean)]));
            foreach (var (i, mean) in means.Index())
            {
                var label = $"{name}, {axis.Equation(table.Value(index, points[i].Row))}: {Pages.Finding.Loss(Elementary.Exp10(mean.Mean))}";
                marks.Add(new Point(label, ink, x[i], mean.Mean));
                values.AddRange([mean.Mean, mean.Low, mean.High]);
                if (double.IsFinite(mean.Low))
                    marks.Add(new Whisker(label, ink, x[i], mean.Low, mean.High));
            }
        }
    }
}
