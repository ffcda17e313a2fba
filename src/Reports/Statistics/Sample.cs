namespace SweepCluster.Reports.Statistics;

/// <summary>Mean, spread and quantiles of a handful of numbers, added up in the order given.</summary>
internal static class Sample
{
    public static double Mean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            return double.NaN;
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>s = √(Σ (x − x̄)² / (n − 1)); NaN below two values.</summary>
    public static double Deviation(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
            return double.NaN;
        var mean = Mean(values);
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / (values.Length - 1));
    }

    /// <summary>Linear between the order statistics at (n − 1)·q (Hyndman and Fan's type 7); NaN without values.</summary>
    /// <param name="ascending">In order.</param>
    public static double Quantile(ReadOnlySpan<double> ascending, double q)
    {
        if (ascending.IsEmpty)
            return double.NaN;
        var at = (ascending.Length - 1) * q;
        var low = (int)Math.Floor(at);
        var high = Math.Min(low + 1, ascending.Length - 1);
        return ascending[low] + ((at - low) * (ascending[high] - ascending[low]));
    }
}

/// <summary>A mean with the interval that holds the true one in 95 of 100 repetitions, if the values are normal.</summary>
/// <param name="Low">NaN from fewer than two values: one value says nothing about its own spread.</param>
internal readonly record struct Confidence(double Mean, double Low, double High, int Count)
{
    /// <summary>x̄ ± t · s / √n, with Student's t of n − 1 degrees of freedom. Values that are not finite are left out.</summary>
    public static Confidence Of(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        var mean = Sample.Mean(finite);
        if (finite.Length < 2)
            return new Confidence(mean, double.NaN, double.NaN, finite.Length);
        var half = StudentT.Quantile975(finite.Length - 1) * Sample.Deviation(finite) / Math.Sqrt(finite.Length);
        return new Confidence(mean, mean - half, mean + half, finite.Length);
    }
}

/// <summary>Student's t: how many standard errors reach 97.5 % of the distribution.</summary>
internal static class StudentT
{
    private static readonly double[] Table =
    [
        12.706204736174694, 4.302652729749462, 3.182446305283709, 2.7764451051977934, 2.5705818356363146, 2.446911851144969, 2.364624251592784,
        2.306004135204166, 2.262157162798205, 2.228138851986273, 2.200985160091636, 2.17881282966723, 2.160368656462793, 2.1447866879178035,
        2.131449545559774, 2.1199052992212546, 2.1098155778333156, 2.1009220402410378, 2.093024054408307, 2.085963447265863, 2.079613844727681,
        2.0738730679040258, 2.0686576104190477, 2.0638985616280254, 2.059538552753294, 2.0555294386428713, 2.0518305164802837, 2.048407141795243,
        2.045229642132703, 2.0422724563012373,
    ];

    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double Quantile975(int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (degrees <= Table.Length)
            return Table[degrees - 1];

        // Cornish and Fisher's expansion around the normal quantile; its error is below 2e-7 from 31 degrees on.
        const double z = 1.959963984540054;
        const double z2 = z * z;
        double v = degrees;
        return z
            + (z * (z2 + 1) / (4 * v))
            + (z * ((((5 * z2) + 16) * z2) + 3) / (96 * v * v))
            + (z * ((((((3 * z2) + 19) * z2) + 17) * z2) - 15) / (384 * v * v * v))
            + (z * ((((((((79 * z2) + 776) * z2) + 1482) * z2) - 1920) * z2) - 945) / (92160 * v * v * v * v));
    }
}
