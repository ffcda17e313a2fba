namespace SweepCluster.Reports.Statistics;

/// <param name="D">The greatest distance between the two empirical distribution functions.</param>
/// <param name="P">How often chance alone gives one at least as great.</param>
internal readonly record struct TwoSamples(double D, double P);

/// <summary>
/// The two-sample Kolmogorov–Smirnov test, two-sided. P is exact, given the ties, by counting the lattice paths that stay inside
/// (Schröer and Trenkler 1995; the recursion of R's psmirnov): u(i, j) = i/(i+j)·u(i−1, j) + j/(i+j)·u(i, j−1), 0 where |i/m − j/n| ≥ D at
/// the end of a tie. Above 10⁷ steps it is Kolmogorov's limit 2 Σ (−1)^(k−1) e^(−2k²λ²), λ = D·√(mn/(m+n)), which ties make cautious.
/// </summary>
internal static class KolmogorovSmirnov
{
    private const long MostSteps = 10_000_000;

    /// <returns>Null where a sample is empty.</returns>
    public static TwoSamples? Test(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        var (m, n) = (first.Count, second.Count);
        if (m == 0 || n == 0)
            return null;
        var all = first.Select(value => (value, IsFirst: true)).Concat(second.Select(value => (value, IsFirst: false))).OrderBy(one => one.value).ToArray();
        var ends = new bool[m + n + 1];
        var (i, j, greatest) = (0L, 0L, 0L);
        for (var k = 0; k < all.Length; k++)
        {
            if (all[k].IsFirst)
                i++;
            else
                j++;
            ends[k + 1] = k + 1 == all.Length || !all[k].value.Equals(all[k + 1].value);
            if (ends[k + 1])
                greatest = Math.Max(greatest, Math.Abs((i * n) - (j * m)));
        }

        var distance = greatest / ((double)m * n);
        if (greatest == 0)
            return new TwoSamples(0, 1);
        return new TwoSamples(distance, (long)m * n <= MostSteps ? Exact(m, n, greatest, ends) : Limit(distance * Math.Sqrt((double)m * n / (m + n))));
    }

    // In whole numbers, so that a path that touches the boundary is told apart from one that does not.
    private static double Exact(int m, int n, long greatest, bool[] ends)
    {
        var inside = new double[n + 1];
        for (long i = 0; i <= m; i++)
        {
            for (long j = 0; j <= n; j++)
            {
                inside[j] = i + j == 0 ? 1
                    : ends[i + j] && Math.Abs((i * n) - (j * m)) >= greatest ? 0
                    : ((i * (i > 0 ? inside[j] : 0)) + (j * (j > 0 ? inside[j - 1] : 0))) / (i + j);
            }
        }

        return Math.Clamp(1 - inside[n], 0, 1);
    }

    private static double Limit(double lambda)
    {
        if (lambda < 0.2)
            return 1;
        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
            sum += (k % 2 == 1 ? 2 : -2) * Elementary.Exp(-2.0 * k * k * lambda * lambda);
        return Math.Clamp(sum, 0, 1);
    }

    /// <summary>Holm's correction (1979): each p as large as the number of tests makes it, in the order given.</summary>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var order = Enumerable.Range(0, p.Count).OrderBy(i => p[i]).ToArray();
        var corrected = new double[p.Count];
        var least = 0.0;
        for (var k = 0; k < order.Length; k++)
        {
            least = Math.Max(least, Math.Min(1, (p.Count - k) * p[order[k]]));
            corrected[order[k]] = least;
        }

        return corrected;
    }
}
