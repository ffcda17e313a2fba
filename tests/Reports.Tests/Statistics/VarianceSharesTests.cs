using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Statistics;

public sealed class VarianceSharesTests
{
    // y = 2a + b on {0, 1}²: variances 1 and 1/4 of 5/4.
    [Fact]
    public void An_additive_outcome_is_shared_out_among_its_axes()
    {
        var shares = Grid2((a, b) => (2 * a) + b)!;
        Assert.Equal(0.8, shares.Main[0], 1e-12);
        Assert.Equal(0.2, shares.Main[1], 1e-12);
        Assert.Equal(0, shares.Interaction, 1e-12);
        Assert.Equal(0, shares.Chance, 1e-12);
        Assert.Equal(1.25, shares.Total, 1e-12);
    }

    [Fact]
    public void What_only_two_axes_together_explain_is_interaction()
    {
        var shares = Grid2((a, b) => a ^ b)!;
        Assert.Equal([0, 0], shares.Main.Select(share => Math.Round(share, 12)));
        Assert.Equal(1, shares.Interaction, 1e-12);
    }

    // Two replicates at ±1 around 0 and 4: between 4, within 1.
    [Fact]
    public void What_replicates_differ_by_is_chance()
    {
        var shares = VarianceShares.Of([-1, 1, 3, 5], [[0, 0, 1, 1]], [0, 0, 1, 1])!;
        Assert.Equal(0.8, shares.Main[0], 1e-12);
        Assert.Equal(0, shares.Interaction, 1e-12);
        Assert.Equal(0.2, shares.Chance, 1e-12);
    }

    [Theory]
    [InlineData(3, 4, 2)]
    [InlineData(5, 2, 3)]
    public void On_a_full_grid_the_shares_add_up_to_one(int first, int second, int replicates)
    {
        var noise = new Noise(3);
        var cells = (from a in Enumerable.Range(0, first) from b in Enumerable.Range(0, second) from r in Enumerable.Range(0, replicates) select (a, b)).ToArray();
        var shares = VarianceShares.Of(
            [.. cells.Select(c => (c.a * c.b) + noise.Normal())], [[.. cells.Select(c => c.a)], [.. cells.Select(c => c.b)]], [.. cells.Select(c => (c.a * second) + c.b)])!;
        Assert.Equal(1, shares.Main.Sum() + shares.Interaction + shares.Chance, 1e-12);
        Assert.All(shares.Main, share => Assert.InRange(share, 0, 1));
    }

    [Fact]
    public void Where_nothing_varies_nothing_is_explained()
    {
        Assert.Null(VarianceShares.Of([0.3, 0.3, 0.3], [[0, 1, 2]], [0, 1, 2]));
        Assert.Null(VarianceShares.Of([1], [[0]], [0]));
        Assert.Null(VarianceShares.Of([], [[]], []));
    }

    [Theory]
    [InlineData(0.001, 0.0012, 0.001, Lack.None)]
    [InlineData(0.01, 0.011, 0.001, Lack.Bias)]
    [InlineData(0.0011, 0.01, 0.001, Lack.Variance)]
    [InlineData(0.02, 0.01, 0.001, Lack.Bias)]
    public void The_greater_of_avoidable_bias_and_variance_is_what_is_lacking(double training, double validation, double irreducible, object lack) =>
        Assert.Equal((Lack)lack, BiasVariance.Of(training, validation, irreducible));

    [Fact]
    public void Without_a_number_there_is_no_verdict()
    {
        Assert.Null(BiasVariance.Of(0.1, double.NaN, 0.001));
        Assert.Null(BiasVariance.Of(double.NaN, 0.1, 0.001));
        Assert.Null(BiasVariance.Of(0.1, 0.1, 0));
        Assert.Null(BiasVariance.Of(0.1, 0.1, double.NaN));
    }

    private static VarianceShares? Grid2(Func<int, int, int> outcome) => VarianceShares.Of(
        [outcome(0, 0), outcome(0, 1), outcome(1, 0), outcome(1, 1)], [[0, 0, 1, 1], [0, 1, 0, 1]], [0, 1, 2, 3]);
}
