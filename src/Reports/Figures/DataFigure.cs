namespace SweepCluster.Reports.Figures;

/// <summary>Figure 1: the data with the split coloured.</summary>
internal static class DataFigure
{
    private static readonly (string Part, string Name, Ink Ink)[] Parts =
    [
        ("train", "Training set", InkRole.Training),
        ("validation", "Validation set", InkRole.Validation),
        ("test", "Test set", InkRole.Test),
    ];

    public static Figure? Of(Rows.Fit fit)
    {
        if (fit.X.Length == 0)
            return null;
        var marks = new List<Mark>();
        var entries = new List<LegendEntry>();
        var counts = new List<string>();
        foreach (var (part, name, ink) in Parts)
        {
            var rows = Enumerable.Range(0, fit.X.Length).Where(i => fit.Part[i] == part).ToArray();
            if (rows.Length == 0)
                continue;
            marks.Add(new Dots(name, ink, [.. rows.Select(i => fit.X[i])], [.. rows.Select(i => fit.Target[i])]));
            entries.Add(new LegendEntry(Swatch.Dot, ink, name));
            counts.Add($"{rows.Length:N0} {(part == "train" ? "training" : part)}");
        }

        return new Figure(
            "data",
            "The data",
            $"{fit.X.Length:N0} points: {string.Join(", ", counts)}",
            "What every trial sees. The parts of the split lie in between one another, so a good validation loss shows that "
            + "the model has found the curve behind the points, not that it could continue it beyond them.",
            [new Panel(Axis.Around(Label.Italic("x"), fit.X), Axis.Around(Label.Italic("y"), fit.Target), marks)],
            new Legend(Label.Empty, entries));
    }
}
