using System.Globalization;

namespace SweepCluster.Reports.Figures;

/// <summary>Monte Carlo dropout: the mean of many thinned networks, with their disagreement as a band.</summary>
internal static class MonteCarloFigure
{
    /// <param name="noise">Variance of the noise in the targets, drawn as a level of comparison.</param>
    public static Figure? Of(TrialResult result, string who, double? noise)
    {
        var fit = result.Fit;
        if (!fit.Spread.Any(spread => spread > 0))
            return null;
        var marks = new List<Mark>
        {
            new Dots("Data", InkRole.Truth, fit.X, fit.Target),
            Band(fit, 2),
            Band(fit, 1),
            new Line("Mean prediction", InkRole.Model, fit.X, fit.Centre, 1.1),
        };
        var spread = new List<Mark> { new Line("Standard deviation over passes", InkRole.Model, fit.X, fit.Spread) };
        if (noise is > 0)
            spread.Add(new Level("noise of the data", InkRole.Plain, Math.Sqrt(noise.Value)));
        var inside = Enumerable.Range(0, fit.X.Length).Count(i => Math.Abs(fit.Target[i] - fit.Centre[i]) <= 2 * Math.Sqrt((fit.Spread[i] * fit.Spread[i]) + (noise ?? 0)));
        var x = Axis.Around(Label.Italic("x"), fit.X);
        return new Figure(
            "monte-carlo-dropout",
            "How far thinned networks disagree",
            who,
            "Dropout stays on and the network answers many times: the line is the mean, the bands are one and two standard deviations of its answers. "
            + $"Below, that deviation against the noise of the data. {(100.0 * inside / fit.X.Length).ToString("0", CultureInfo.InvariantCulture)} % of the targets lie within two deviations of both together; "
            + "about 95 % would if the disagreement told the whole of the model's error.",
            [
                new Panel(x, PredictionFigures.ValueAxis([fit with { Prediction = fit.Centre }]), marks, null, 1.5),
                new Panel(x, Axis.Around("spread", fit.Spread.Append(0).Append(noise is > 0 ? Math.Sqrt(noise.Value) : 0), 0.06), spread, null, 0.6),
            ],
            new Legend(Label.Empty, [new(Swatch.Line, InkRole.Model, "Mean prediction"), new(Swatch.Band, InkRole.Model, "± 1 and 2 deviations"), new(Swatch.Dot, InkRole.Truth, "Data")]));
    }

    private static Band Band(Rows.Fit fit, int deviations) => new(
        $"± {deviations} standard deviation{(deviations > 1 ? "s" : "")}", InkRole.Model, fit.X,
        [.. fit.Centre.Zip(fit.Spread, (mean, spread) => mean - (deviations * spread))], [.. fit.Centre.Zip(fit.Spread, (mean, spread) => mean + (deviations * spread))]);
}
