using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Statistics;

public sealed class KolmogorovSmirnovTests
{
    /// <summary>Every way to deal the numbers into two hands is as likely: count those with at least the distance found.</summary>
    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, new double[] { 4, 5, 6, 7 })]
    [InlineData(new double[] { 1, 4, 6, 9, 11 }, new double[] { 2, 3, 5, 7, 8, 10 })]
    [InlineData(new double[] { 1, 1, 2, 2, 9 }, new double[] { 2, 2, 3, 3, 3, 9 })]
    [InlineData(new double[] { 0, 0, 0, 0, 1, 1 }, new double[] { 0, 1, 1, 1, 1 })]
    [InlineData(new double[] { 5 }, new double[] { 5, 6 })]
    public void P_is_the_share_of_all_deals_that_are_as_far_apart(double[] a, double[] b)
    {
        var found = KolmogorovSmirnov.Test(a, b)!.Value;
        double[] all = [.. a, .. b];
        var (deals, far) = (0, 0);
        for (var hand = 0; hand < 1 << all.Length; hand++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)hand) != a.Length)
                continue;
            deals++;
            var first = all.Where((_, i) => (hand >> i & 1) == 1).ToArray();
            var second = all.Where((_, i) => (hand >> i & 1) == 0).ToArray();
            far += Distance(first, second) >= found.D - 1e-12 ? 1 : 0;
        }

        Assert.Equal(Distance(a, b), found.D, 1e-12);
        Assert.Equal(far / (double)deals, found.P, 1e-12);
    }

    [Fact]
    public void Beyond_the_exact_count_the_limit_takes_over()
    {
        // D = 0.02 of 10,000 and 10,000: λ = √2, and Kolmogorov's tables give 0.0366.
        double[] a = [.. Enumerable.Range(0, 10_000).Select(i => i + 0.5)];
        double[] b = [.. Enumerable.Range(0, 10_000).Select(i => i + 200.0)];
        var found = KolmogorovSmirnov.Test(a, b)!.Value;
        Assert.Equal(0.02, found.D, 1e-4);
        Assert.Equal(0.0366, found.P, 1e-3);
        Assert.Equal(1, KolmogorovSmirnov.Test(a, a)!.Value.P);
        Assert.Null(KolmogorovSmirnov.Test(a, []));
    }

    [Fact]
    public void Holm_multiplies_by_the_tests_that_are_left() =>
        Assert.Equal([0.04, 0.06, 0.06, 0.9], KolmogorovSmirnov.Holm([0.01, 0.02, 0.03, 0.9]).Select(p => Math.Round(p, 12)));

    [Fact]
    public void A_split_by_value_is_warned_of_and_one_by_chance_is_not()
    {
        double[] rows = [.. Enumerable.Range(0, 300).Select(i => (double)i)];
        var sorted = new SplitColumn("time", rows[..200], rows[200..]);
        var mixed = new SplitColumn("width", [.. rows.Where((_, i) => i % 3 > 0)], [.. rows.Where((_, i) => i % 3 == 0)]);

        var warning = Assert.Single(SplitMismatch.Of([mixed, sorted, mixed]));

        Assert.StartsWith("training and validation part differ in time: two-sample Kolmogorov–Smirnov D = 1.000, p below 1e-15 corrected for 3 columns", warning);
        Assert.Empty(SplitMismatch.Of([mixed]));
        Assert.Empty(SplitMismatch.Of([]));
    }

    private static double Distance(double[] a, double[] b) =>
        a.Concat(b).Max(at => Math.Abs((a.Count(x => x <= at) / (double)a.Length) - (b.Count(x => x <= at) / (double)b.Length)));
}
