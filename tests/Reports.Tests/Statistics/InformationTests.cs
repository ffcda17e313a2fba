using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Statistics;

public sealed class InformationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(500)]
    public void The_entropy_of_n_equal_weights_is_ln_n(int n) =>
        Assert.Equal(Math.Log(n), Information.Entropy([.. Enumerable.Repeat(1.0 / n, n)]), 12);

    [Fact]
    public void Zeros_add_nothing_to_the_entropy() =>
        Assert.Equal(Math.Log(2), Information.Entropy([0, 0.5, 0, 0.5, 0]), 15);

    [Fact]
    public void The_divergence_of_two_coins_has_its_closed_form()
    {
        var expected = (0.3 * Math.Log(0.3 / 0.6)) + (0.7 * Math.Log(0.7 / 0.4));
        Assert.Equal(expected, Information.Divergence([0.3, 0.7], [0.6, 0.4]), 15);
    }

    [Fact]
    public void The_divergence_of_shifted_normals_is_half_the_squared_shift()
    {
        // On a fine grid: D(N(0,1) ‖ N(1,1)) = 1/2.
        var x = Enumerable.Range(0, 4001).Select(i => -20 + (i * 0.01)).ToArray();
        Assert.Equal(0.5, Information.Divergence(Normalised(x, 0), Normalised(x, 1)), 10);

        static double[] Normalised(double[] x, double mean)
        {
            var p = x.Select(v => Elementary.Exp(-(v - mean) * (v - mean) / 2)).ToArray();
            return [.. p.Select(v => v / p.Sum())];
        }
    }

    [Fact]
    public void A_distribution_does_not_diverge_from_itself()
    {
        var p = KernelDensity.Estimate(Noise.Floats(1000, -0.1f, 0.1f)).P;
        Assert.Equal(0, Information.Divergence(p, p));
    }

    [Fact]
    public void The_divergence_is_infinite_where_only_the_second_is_zero()
    {
        Assert.Equal(double.PositiveInfinity, Information.Divergence([0.5, 0.5], [1, 0]));
        Assert.Equal(Math.Log(2), Information.Divergence([1, 0], [0.5, 0.5]), 15);
    }

    [Fact]
    public void An_empty_distribution_has_neither()
    {
        Assert.Equal(double.NaN, Information.Entropy([0, 0]));
        Assert.Equal(double.NaN, Information.Divergence([0, 0], [0.5, 0.5]));
        Assert.Equal(double.NaN, Information.Divergence([0.5, 0.5], [0, 0]));
    }

    [Fact]
    public void Unequal_grids_are_refused() =>
        Assert.Contains("expected 2", Assert.Throws<ArgumentException>(() => Information.Divergence([0.5, 0.5], [1])).Message);

    [Fact]
    public void The_noise_floor_is_found_under_a_curve()
    {
        var noise = new Noise(3);
        var targets = Enumerable.Range(0, 10_000).Select(i => (i * 1e-4 * (1 - (i * 1e-4))) + (0.02 * noise.Normal())).ToArray();
        Assert.InRange(NoiseFloor.Variance(targets)!.Value / 0.0004, 0.94, 1.06);
        Assert.Null(NoiseFloor.Variance(targets.AsSpan(0, 50)));
        targets[5000] = double.NaN;
        Assert.Null(NoiseFloor.Variance(targets));
    }
}
