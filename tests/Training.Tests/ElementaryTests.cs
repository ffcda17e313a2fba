using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

/// <summary>The own functions against the C library's, which is a good judge and only a bad lawgiver.</summary>
public sealed class ElementaryTests
{
    [Fact]
    public void Float_functions_keep_their_error_bounds()
    {
        double exp = 0, tanh = 0, logistic = 0;
        for (var i = 0; i < 2_000_000; i++)
        {
            var x = (i - 1_000_000) * 8.7e-5f;
            exp = Math.Max(exp, Ulps(Elementary<LanesScalar, float>.Exp(x), TrueExp(x)));
            tanh = Math.Max(tanh, Ulps(Elementary<LanesScalar, float>.Tanh(x / 8), Math.Tanh(x / 8)));
            logistic = Math.Max(logistic, Ulps(Elementary<LanesScalar, float>.Logistic(x), 1 / (1 + TrueExp(-x))));
        }

        Assert.InRange(exp, 0.5, 1);
        Assert.InRange(tanh, 0.5, 1.3);
        Assert.InRange(logistic, 0.5, 2.4);
    }

    [Fact]
    public void Double_functions_keep_their_error_bounds()
    {
        for (var i = 1; i < 200_000; i++)
        {
            var x = i * 0.00037;
            Assert.InRange(Ulps(Precise.Exp(x), TrueExp(x)), 0, 2);
            Assert.InRange(Ulps(Precise.Exp(-x), TrueExp(-x)), 0, 2);
            Assert.InRange(Ulps(Precise.Log(x), Math.Log(x)), 0, 2);
            Assert.Equal(Math.Sin(x), Precise.Sin(x), 2.3e-16);
            Assert.Equal(Math.Cos(-x), Precise.Cos(-x), 2.3e-16);
        }

        Assert.Equal(0, Precise.Sin(0));
        Assert.Equal(1, Precise.Exp(0));
        Assert.Equal(0, Precise.Log(1));
        Assert.Equal(double.PositiveInfinity, Precise.Exp(1000));
        Assert.Equal(0, Precise.Exp(-1000));
    }

    [Fact]
    public void Float_functions_saturate_instead_of_overflowing()
    {
        Assert.Equal(1, Elementary<LanesScalar, float>.Tanh(1e30f));
        Assert.Equal(-1, Elementary<LanesScalar, float>.Tanh(-1e30f));
        Assert.Equal(1, Elementary<LanesScalar, float>.Logistic(1e30f));
        Assert.InRange(Elementary<LanesScalar, float>.Logistic(-1e30f), 0, 1e-37f);
        Assert.Equal(1e-20f, Elementary<LanesScalar, float>.Tanh(1e-20f));
    }

    private static double Ulps(float found, double expected) => Math.Abs(found - expected) / (MathF.BitIncrement(MathF.Abs((float)expected)) - MathF.Abs((float)expected));

    private static double Ulps(double found, double expected) => Math.Abs(found - expected) / (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));

#pragma warning disable RS0030 // the judge
    private static double TrueExp(double x) => Math.Exp(x);
#pragma warning restore RS0030
}
