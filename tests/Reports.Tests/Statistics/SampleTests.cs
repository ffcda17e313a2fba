using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Statistics;

public sealed class SampleTests
{
    public static TheoryData<int> Degrees => [1, 2, 3, 4, 5, 9, 10, 29, 30, 31, 32, 40, 50, 100, 1000, 100_000];

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Students_quantile_is_the_inverse_of_its_distribution(int degrees)
    {
        var expected = MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, degrees, 0.975);
        Assert.Equal(expected, StudentT.Quantile975(degrees), degrees <= 30 ? 1e-8 : 3e-7);
    }

    // One degree is Cauchy's distribution, tan(0.475 π); two degrees have an algebraic inverse.
    [Fact]
    public void Students_quantile_of_one_and_two_degrees_has_a_closed_form()
    {
        Assert.Equal(Math.Tan(0.475 * Math.PI), StudentT.Quantile975(1), 1e-11);
        Assert.Equal(0.95 * Math.Sqrt(2 / (1 - (0.95 * 0.95))), StudentT.Quantile975(2), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile975(0));
    }

    [Fact]
    public void The_interval_of_a_mean_is_t_standard_errors_wide()
    {
        var interval = Confidence.Of([1, 2, 3, 4, double.NaN]);
        Assert.Equal((2.5, 4), (interval.Mean, interval.Count));
        var half = 3.182446305283709 * Math.Sqrt(5.0 / 3) / 2;
        Assert.Equal(2.5 - half, interval.Low, 1e-12);
        Assert.Equal(2.5 + half, interval.High, 1e-12);
    }

    [Fact]
    public void One_value_has_a_mean_and_no_interval()
    {
        var interval = Confidence.Of([7]);
        Assert.Equal(7, interval.Mean);
        Assert.True(double.IsNaN(interval.Low) && double.IsNaN(interval.High));
        Assert.Equal(0, Confidence.Of([]).Count);
    }

    // Of many samples of a normal distribution, 95 in 100 intervals hold its mean.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Ninety_five_of_a_hundred_intervals_hold_the_true_mean(int size)
    {
        var noise = new Noise(7);
        var held = Enumerable.Range(0, 4000).Count(_ =>
        {
            var interval = Confidence.Of(Enumerable.Range(0, size).Select(_ => 5 + (2 * noise.Normal())).ToArray());
            return interval.Low <= 5 && interval.High >= 5;
        });
        Assert.InRange(held / 4000.0, 0.935, 0.965);
    }

    [Fact]
    public void Quantiles_are_linear_between_the_order_statistics()
    {
        Assert.Equal(2.5, Sample.Quantile([1, 2, 3, 4], 0.5));
        Assert.Equal(1, Sample.Quantile([1, 2, 3, 4], 0));
        Assert.Equal(4, Sample.Quantile([1, 2, 3, 4], 1));
        Assert.Equal(1.75, Sample.Quantile([1, 2, 3, 4], 0.25));
        Assert.True(double.IsNaN(Sample.Quantile([], 0.5)));
    }

    [Fact]
    public void Scotts_and_Silvermans_bandwidths_follow_their_formulas()
    {
        var theta = Noise.Floats(1000, -0.125f, 0.125f);
        var deviation = MathNet.Numerics.Statistics.Statistics.StandardDeviation(theta.Select(v => (double)v));
        Assert.Equal(deviation * Math.Pow(1000, -0.2), Bandwidth.Scott.For(theta), 1e-12);
        Assert.Equal(deviation * Math.Pow(750, -0.2), Bandwidth.Silverman.For(theta), 1e-12);
        Assert.Equal(0.001, Bandwidth.Article.For(theta));
        Assert.Equal(0.001, Bandwidth.Scott.For([0.5f, 0.5f, 0.5f]));
        Assert.Equal(0.001, Bandwidth.Silverman.For([float.NaN]));
    }

    [Theory]
    [InlineData("scott", "scott")]
    [InlineData("silverman", "silverman")]
    [InlineData("0.002", "0.002")]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("wide", null)]
    public void A_bandwidth_is_a_rule_or_a_number(string text, string? expected) => Assert.Equal(expected, Bandwidth.Parse(text)?.ToString());

    [Fact]
    public void Ten_to_a_power_agrees_with_the_library()
    {
        for (var x = -12.0; x < 12; x += 0.37)
            Assert.Equal(1, Elementary.Exp10(x) / Math.Pow(10, x), 1e-13);
    }
}
