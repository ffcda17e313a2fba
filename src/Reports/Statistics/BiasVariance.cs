namespace SweepCluster.Reports.Statistics;

/// <summary>What stands between a model and the least error possible.</summary>
internal enum Lack
{
    /// <summary>Little is left to gain.</summary>
    None,

    /// <summary>The model cannot or does not yet follow the training data.</summary>
    Bias,

    /// <summary>It follows the training data better than it answers for new ones.</summary>
    Variance,
}

/// <summary>
/// High bias or high variance, decided against the irreducible (Bayes) error: avoidable bias is training − irreducible, variance
/// is validation − training; the greater of the two is what to work on (Ng, Machine Learning Yearning, chapters 20 to 28).
/// </summary>
internal static class BiasVariance
{
    // Validation loss within a quarter of the irreducible error: what is left is not worth a sweep.
    public const double CloseEnough = 1.25;

    /// <returns>Null where a number is missing.</returns>
    public static Lack? Of(double training, double validation, double irreducible)
    {
        if (!double.IsFinite(validation) || !(irreducible > 0))
            return null;
        if (validation <= CloseEnough * irreducible)
            return Lack.None;
        if (!double.IsFinite(training))
            return null;
        return training - irreducible >= validation - training ? Lack.Bias : Lack.Variance;
    }

    /// <summary>The recipe: what to try next.</summary>
    public static string Remedy(Lack lack) => lack switch
    {
        Lack.Bias => "Try a larger network, longer training, or less regularization; more data would not help.",
        Lack.Variance => "Try more data or more regularization; a larger network would not help by itself.",
        _ => "Little is left to gain.",
    };
}
