using SweepCluster.Reports.Figures;

namespace SweepCluster.Reports;

/// <summary>Which figures a sweep has, in reading order.</summary>
internal static class SweepFigures
{
    public static IReadOnlyList<Figure> Of(SweepResults results)
    {
        var figures = new List<Figure?>();
        if (results.BestResult is { } best)
        {
            var who = results.WhoIsBest();
            figures.Add(DataFigure.Of(best.Fit));
            figures.Add(LossFigures.OfModel(best, who, results.Noise));
            figures.Add(PredictionFigures.OfModel(best, who));
            figures.Add(DensityFigures.OfModel(best, who));
        }

        foreach (var slice in results.Slices)
        {
            // One axis: plain names. Several: each name ends in its axis.
            var suffix = results.Slices.Count == 1 ? "" : "-" + FileName(slice.Axis.Key);
            var isDropout = slice.Axis.Key == "regularization.dropout.p";
            figures.Add(LossFigures.OfSlice(slice, suffix, results.Noise));
            figures.Add(isDropout ? PredictionFigures.Multiples(slice, suffix, results.DropoutStaysOn) : PredictionFigures.Overlaid(slice, suffix));
            figures.Add(DensityFigures.OfSlice(slice, suffix));
            figures.Add(DivergenceFigure.Of(slice, suffix));
        }

        return [.. figures.OfType<Figure>().DistinctBy(figure => figure.Name)];
    }

    // Keys come from the store: only what is safe in a file name and an XML id stays.
    private static string FileName(string key) =>
        string.Concat(key.ToLowerInvariant().Take(60).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
