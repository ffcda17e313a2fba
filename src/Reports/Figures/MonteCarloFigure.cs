using System.Globalization;
using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Figures;

/// <summary>Monte Carlo dropout: the mean of many thinned networks, with their disagreement as a band.</summary>
internal static class MonteCarloFigure
{
    // Older versions stored one pass for each point, not the mean of all. Every point is answered by another thinned network, so the
    // mean over neighbours is a mean over networks: this many neighbours bring its own error to a fifth of the band and below.
    private const int Neighbours = 25;
    private const int MostPlaces = 160;

    /// <param name="noise">Variance of the noise in the targets, drawn as a level of comparison.</param>
    public static Figure? Of(TrialResult result, string who, double? noise)
    {
        var fit = result.Fit;
        if (!fit.Spread.Any(spread => spread > 0))
            return null;
        var (x, mean, spread, gathered) = fit.HasMean ? Known(fit) : Gather(fit);
        var marks = new List<Mark>
        {
            new Dots("Data", InkRole.Truth, fit.X, fit.Target),
            Band(x, mean, spread, 2),
            Band(x, mean, spread, 1),
            new Line("Mean prediction", InkRole.Model, x, mean, gathered > 1 ? 1.6 : 1.1),
        };
        var below = new List<Mark> { new Line("Standard deviation over passes", InkRole.Model, x, spread) };
        if (noise is > 0)
            below.Add(new Level("noise of the data", InkRole.Plain, Math.Sqrt(noise.Value)));
        var inside = Enumerable.Range(0, fit.X.Length).Count(i =>
        {
            var own = Between(x, spread, fit.X[i]);
            return Math.Abs(fit.Target[i] - Between(x, mean, fit.X[i])) <= 2 * Math.Sqrt((own * own) + (noise ?? 0));
        });
        var across = Axis.Around(Label.Italic("x"), fit.X);
        return new Figure(
            "monte-carlo-dropout",
            "How far thinned networks disagree",
            string.Join("; ", new[] { who, gathered > 1 ? $"means over {gathered} neighbouring points" : PredictionFigures.Sampled([fit]) }.Where(part => part.Length > 0)),
            "Dropout stays on and the network answers many times, each time thinned in another way: the line is the mean of its answers, the bands are one and two standard deviations of them. "
            + $"Below, that deviation against the noise of the data. {(100.0 * inside / fit.X.Length).ToString("0", CultureInfo.InvariantCulture)} % of the targets lie within two deviations of both together; "
            + "about 95 % would if the disagreement told the whole of the model's error.",
            [
                new Panel(across, PredictionFigures.ValueAxis([fit with { Prediction = [.. mean, .. mean.Zip(spread, (m, s) => m + (2 * s)), .. mean.Zip(spread, (m, s) => m - (2 * s))] }]), marks, null, 1.5),
                new Panel(across, Axis.Around("spread", spread.Append(0).Append(noise is > 0 ? Math.Sqrt(noise.Value) : 0), 0.06), below, null, 0.6),
            ],
            new Legend(Label.Empty, [new(Swatch.Line, InkRole.Model, "Mean prediction"), new(Swatch.Band, InkRole.Model, "± 1 and 2 deviations"), new(Swatch.Dot, InkRole.Truth, "Data")]));
    }

    private static (double[] X, double[] Mean, double[] Spread, int Gathered) Known(Fit fit)
    {
        var rows = Enumerable.Range(0, fit.X.Length).Where(i => double.IsFinite(fit.X[i]) && double.IsFinite(fit.Mean[i]) && double.IsFinite(fit.Spread[i])).ToArray();
        return ([.. rows.Select(i => fit.X[i])], [.. rows.Select(i => fit.Mean[i])], [.. rows.Select(i => fit.Spread[i])], 1);
    }

    /// <summary>Means over equally many neighbours in order of x; of the spread, the root of the mean square.</summary>
    private static (double[] X, double[] Mean, double[] Spread, int Gathered) Gather(Fit fit)
    {
        var rows = Enumerable.Range(0, fit.X.Length).Where(i => double.IsFinite(fit.X[i]) && double.IsFinite(fit.Prediction[i]) && double.IsFinite(fit.Spread[i])).ToArray();
        var gathered = Math.Clamp((rows.Length + MostPlaces - 1) / MostPlaces, Math.Min(Neighbours, Math.Max(1, rows.Length / 4)), Math.Max(1, rows.Length));
        var bins = rows.Chunk(gathered).ToArray();
        return (
            [.. bins.Select(bin => bin.Average(i => fit.X[i]))],
            [.. bins.Select(bin => bin.Average(i => fit.Prediction[i]))],
            [.. bins.Select(bin => Math.Sqrt(bin.Average(i => fit.Spread[i] * fit.Spread[i])))],
            gathered);
    }

    // On the straight line between two places; beyond the first and the last, on the line through the nearest two.
    private static double Between(double[] x, double[] y, double at)
    {
        if (x.Length == 1)
            return y[0];
        var place = Array.BinarySearch(x, at);
        var right = Math.Clamp(place < 0 ? ~place : place, 1, x.Length - 1);
        var width = x[right] - x[right - 1];
        return width > 0 ? y[right - 1] + ((y[right] - y[right - 1]) * (at - x[right - 1]) / width) : y[right];
    }

    private static Band Band(double[] x, double[] mean, double[] spread, int deviations) => new(
        $"± {deviations} standard deviation{(deviations > 1 ? "s" : "")}", InkRole.Model, x,
        [.. mean.Zip(spread, (m, s) => m - (deviations * s))], [.. mean.Zip(spread, (m, s) => m + (deviations * s))]);
}
