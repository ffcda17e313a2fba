using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Statistics;

public sealed class KernelDensityTests
{
    public static TheoryData<int> AwkwardSizes => [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 12_673];

    [Theory]
    [MemberData(nameof(AwkwardSizes))]
    public void It_has_the_bits_of_the_direct_sum(int size)
    {
        var theta = Noise.Floats(size, -0.35f, 0.35f);
        Assert.Equal(KernelDensityReference.Estimate(theta).P, KernelDensity.Estimate(theta).P);
    }

    [Theory]
    [InlineData(0.0001, -0.3, 0.3, 500)]
    [InlineData(0.05, -0.3, 0.3, 500)]
    [InlineData(10, -0.3, 0.3, 77)]
    [InlineData(0.001, -1, 3, 2)]
    [InlineData(0.02, -0.11, -0.1, 13)]
    public void Any_bandwidth_and_grid_gives_the_direct_sum(double bandwidth, double low, double high, int points)
    {
        var theta = Noise.Floats(301, -0.4f, 0.4f);
        var grid = new DensityGrid(low, high, points);
        Assert.Equal(KernelDensityReference.Estimate(theta, bandwidth, grid).P, KernelDensity.Estimate(theta, bandwidth, grid).P);
    }

    // The reference shares our exponential; here is the formula again, with the library's.
    [Fact]
    public void It_agrees_with_the_formula_to_1e_12()
    {
        var theta = Noise.Floats(12_673, -0.125f, 0.125f);
        var density = KernelDensity.Estimate(theta);
        var sums = new double[500];
        for (var j = 0; j < 500; j++)
        {
            var x = -0.3 + (0.6 * j / 499);
            foreach (var value in theta)
                sums[j] += LibraryExp(-(x - value) * (x - value) / (2 * 0.001 * 0.001));
        }

        var total = sums.Sum();
        for (var j = 0; j < 500; j++)
        {
            // Below 1e-290 a sum of subnormal terms has no twelve digits to agree in.
            if (sums[j] > 1e-290)
                Assert.InRange(density.P[j] * total / sums[j], 1 - 1e-12, 1 + 1e-12);
            else
                Assert.True(density.P[j] < 1e-290);
        }

        Assert.Equal(1, density.P.Sum(), 13);
    }

    [Fact]
    public void Where_no_parameter_is_near_the_density_is_exactly_zero()
    {
        var density = KernelDensity.Estimate([0.1f]);
        Assert.Equal(0, density.P[0]);
        Assert.Equal(0, density.P[^1]);
        Assert.True(density.P.Max() > 0.3);
    }

    [Fact]
    public void Parameters_that_are_not_numbers_are_counted_and_left_out()
    {
        var density = KernelDensity.Estimate([float.NaN, 0.01f, float.PositiveInfinity, float.NegativeInfinity]);
        Assert.Equal(3, density.Left);
        Assert.Equal(KernelDensity.Estimate([0.01f]).P, density.P);
    }

    [Theory]
    [InlineData(new float[0])]
    [InlineData(new[] { 5f, -5f, 1e30f, -1e38f })]
    [InlineData(new[] { float.NaN })]
    public void Without_a_parameter_near_the_grid_the_density_is_empty(float[] theta)
    {
        var density = KernelDensity.Estimate(theta);
        Assert.True(density.IsEmpty);
        Assert.True(double.IsNaN(Information.Entropy(density.P)));
    }

#pragma warning disable RS0030 // The library's exponential is what ours is measured against.
    private static double LibraryExp(double x) => Math.Exp(x);
#pragma warning restore RS0030
}
