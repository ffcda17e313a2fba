using System.Numerics;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Statistics;

public sealed class ElementaryTests
{
    [Fact]
    public void Exp_is_within_two_units_in_the_last_place()
    {
        for (var x = 0.0; x > -707; x -= 0.0371)
            Assert.InRange(Elementary.Exp(x) / LibraryExp(x), 1 - 4.5e-16, 1 + 4.5e-16);
    }

    [Fact]
    public void Exp_goes_through_the_subnormals_to_exactly_zero()
    {
        for (var x = -708.0; x > -745; x -= 0.173)
            Assert.InRange(Elementary.Exp(x), LibraryExp(x) - double.Epsilon, LibraryExp(x) + double.Epsilon);
        Assert.Equal(0, Elementary.Exp(-745.2));
        Assert.Equal(0, Elementary.Exp(-1e300));
        Assert.Equal(0, Elementary.Exp(double.NegativeInfinity));
        Assert.Equal(1, Elementary.Exp(0));
    }

    [Fact]
    public void Every_lane_of_exp_has_the_bits_of_the_scalar_form()
    {
        var noise = new Noise(7);
        for (var i = 0; i < 10_000; i++)
        {
            var x = -760 * noise.Next() * noise.Next();
            var lanes = Elementary.Exp(new Vector<double>(x));
            for (var lane = 0; lane < Vector<double>.Count; lane++)
                Assert.Equal(BitConverter.DoubleToInt64Bits(Elementary.Exp(x)), BitConverter.DoubleToInt64Bits(lanes[lane]));
        }
    }

    [Fact]
    public void Log_is_within_two_units_in_the_last_place_over_all_magnitudes()
    {
        var noise = new Noise(11);
        for (var exponent = -320; exponent < 308; exponent++)
        {
            var x = (1 + (9 * noise.Next())) * double.Parse($"1e{exponent}");
            Assert.InRange(Elementary.Log(x), Math.Log(x) - (4.5e-16 * Math.Max(1, Math.Abs(Math.Log(x)))), Math.Log(x) + (4.5e-16 * Math.Max(1, Math.Abs(Math.Log(x)))));
        }

        Assert.Equal(0, Elementary.Log(1));
        Assert.Equal(double.NegativeInfinity, Elementary.Log(0));
        Assert.Equal(double.NaN, Elementary.Log(-1));
        Assert.Equal(double.NaN, Elementary.Log(double.NaN));
        Assert.Equal(double.PositiveInfinity, Elementary.Log(double.PositiveInfinity));
    }

    [Fact]
    public void Log10_of_a_power_of_ten_is_its_exponent()
    {
        for (var exponent = -12; exponent <= 12; exponent++)
            Assert.Equal(exponent, Elementary.Log10(double.Parse($"1e{exponent}")), 14);
    }

#pragma warning disable RS0030 // The library's exponential is what ours is measured against.
    private static double LibraryExp(double x) => Math.Exp(x);
#pragma warning restore RS0030
}
