namespace SweepCluster.Reports.Statistics;

/// <summary>
/// How much of the variance of an outcome each axis explains: the main effects of a functional analysis of variance on the grid
/// (Hutter, Hoos and Leyton-Brown 2014, with the grid itself in the place of a model). Of the total sum of squares, an axis
/// explains Σ_v n_v (mean_v − mean)²; what configurations explain beyond all axes is interaction; the rest lies between
/// replicates of one configuration and is chance.
/// </summary>
/// <param name="Main">One share for each axis.</param>
/// <param name="Interaction">Of two or more axes together. On an incomplete grid the axes overlap, and this may come out below its true value; never below 0.</param>
/// <param name="Chance">Between replicates; 0 where every configuration was trained once.</param>
/// <param name="Total">Variance of the outcome.</param>
internal sealed record VarianceShares(double[] Main, double Interaction, double Chance, double Total)
{
    /// <param name="groups">One array for each axis: which of its values each observation has.</param>
    /// <param name="configuration">Which configuration each observation is of.</param>
    /// <returns>Null when there are fewer than two observations or all are equal: nothing varies, nothing explains.</returns>
    public static VarianceShares? Of(double[] outcome, IReadOnlyList<int[]> groups, int[] configuration)
    {
        var mean = Sample.Mean(outcome);
        var total = 0.0;
        foreach (var value in outcome)
            total += (value - mean) * (value - mean);

        // A rounding error in each term is no variance.
        if (outcome.Length < 2 || !(total > outcome.Length * mean * mean * 1e-28))
            return null;
        var main = groups.Select(group => Between(outcome, group, mean) / total).ToArray();
        var between = Between(outcome, configuration, mean) / total;
        return new VarianceShares(main, Math.Max(0, between - main.Sum()), Math.Clamp(1 - between, 0, 1), total / outcome.Length);
    }

    private static double Between(double[] outcome, int[] group, double mean)
    {
        var sums = new double[group.Max() + 1];
        var counts = new int[sums.Length];
        for (var i = 0; i < outcome.Length; i++)
        {
            sums[group[i]] += outcome[i];
            counts[group[i]]++;
        }

        var between = 0.0;
        for (var g = 0; g < sums.Length; g++)
        {
            if (counts[g] > 0)
                between += counts[g] * ((sums[g] / counts[g]) - mean) * ((sums[g] / counts[g]) - mean);
        }

        return between;
    }
}
