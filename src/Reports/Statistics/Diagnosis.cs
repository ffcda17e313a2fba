using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports;

/// <summary>What a configuration suffers from.</summary>
public enum Ailment
{
    /// <summary>Little is left to gain.</summary>
    Neither,

    /// <summary>High bias: it cannot, or does not yet, follow the training data.</summary>
    Bias,

    /// <summary>High variance: it follows the training data better than it answers for new ones.</summary>
    Variance,
    Both,
}

/// <summary>
/// E(y − f)² on validation rows in four parts that add up: noise, bias², the variance of f over data sets and over seeds. From
/// replicates r of D data sets: V = mean over rows of the variance over r; W = variance over data sets of the mean over r, less V/R, the
/// seeds' share of it; bias² = validation error − noise − V − W. Estimates: a part may come out a little below 0.
/// </summary>
/// <param name="DataVariance">Null with a single data set: its share is in <paramref name="BiasSquared"/> then.</param>
public sealed record Decomposition(double Noise, double BiasSquared, double? DataVariance, double SeedVariance, int Replicates, int DataSets)
{
    /// <param name="error">Mean squared error of the validation rows, over replicates and data sets.</param>
    /// <param name="seedVariance">Mean over rows of the variance (n − 1) over replicates of one data set.</param>
    /// <param name="meansVariance">Mean over rows of the variance (n − 1) over data sets of the mean over replicates; null with one data set.</param>
    public static Decomposition Of(double noise, double error, double seedVariance, double? meansVariance, int replicates, int dataSets)
    {
        double? data = meansVariance is { } means ? means - (seedVariance / replicates) : null;
        return new Decomposition(noise, error - noise - seedVariance - (data ?? 0), data, seedVariance, replicates, dataSets);
    }
}

/// <summary>
/// High bias or high variance against the irreducible (Bayes) error: avoidable bias is training loss − irreducible, variance is
/// validation − training loss (Ng, Machine Learning Yearning, chapters 20 to 28). Neither within a quarter of the irreducible error;
/// beyond, a part is high if it makes a quarter of what is left and an eighth of the irreducible error.
/// </summary>
/// <param name="Next">What to try next, in the recipe's order.</param>
public sealed record Diagnosis(Ailment Ailment, double AvoidableBias, double Variance, string Next)
{
    private const double Share = 0.25;

    /// <returns>Null where a loss is no number.</returns>
    public static Diagnosis? Of(double training, double validation, double irreducible)
    {
        if (!double.IsFinite(training) || !double.IsFinite(validation) || !(irreducible >= 0))
            return null;
        var (bias, variance, left) = (training - irreducible, validation - training, validation - irreducible);
        var ailment = validation <= BiasVariance.CloseEnough * irreducible ? Ailment.Neither
            : (IsHigh(bias), IsHigh(variance)) switch
            {
                (true, true) => Ailment.Both,
                (true, false) => Ailment.Bias,
                (false, true) => Ailment.Variance,
                _ => Ailment.Neither,
            };
        return new Diagnosis(ailment, bias, variance, Recipe(ailment));

        bool IsHigh(double part) => part >= Share * left && part > (BiasVariance.CloseEnough - 1) / 2 * irreducible;
    }

    private static string Recipe(Ailment ailment) => ailment switch
    {
        Ailment.Bias => "a bigger network, then longer training, then less regularization; more data would not help",
        Ailment.Variance => "more data, then more regularization; a bigger network would not help by itself",
        Ailment.Both => "first the bias: a bigger network or longer training; then the variance: more data or more regularization",
        _ => "nothing: it is close to the irreducible error",
    };
}
