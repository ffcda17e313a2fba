using System.Runtime.Intrinsics;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

/// <summary>The own functions against the C library's, which is a good judge and only a bad lawgiver.</summary>
public sealed class ElementaryTests
{
    public static TheoryData<string> Names => [.. Ulps.Functions.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_float_function_keeps_its_error_bound(string name)
    {
        var bound = Ulps.Functions.Single(function => function.Name == name).Bound;
        var (error, at) = Ulps.Greatest(name, 4099);
        Assert.True(error > 0.5 && error <= bound, $"{name} is off by {error} ulp at {at:R}");
    }

    [Fact]
    public unsafe void Float_functions_give_the_same_bits_at_every_width()
    {
        var x = new float[1 << 16];
        for (var i = 0; i < x.Length; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)i * 65_537);
        float[] special = [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1, float.Epsilon, float.MaxValue, -1, 1.17549435e-38f];
        special.CopyTo(x, 0);
        var scalar = All<LanesScalar, float>(x);
        Assert.Equal(scalar, All<Lanes128, Vector128<float>>(x));
        Assert.Equal(scalar, All<Lanes256, Vector256<float>>(x));
        Assert.Equal(scalar, All<Lanes512, Vector512<float>>(x));

        static uint[] All<TLanes, TVector>(float[] x) where TLanes : struct, ILanes<TVector> where TVector : struct
        {
            var results = new float[4 * x.Length];
            fixed (float* source = x, target = results)
            {
                for (var i = 0; i < x.Length; i += TLanes.Count)
                {
                    var v = TLanes.Load(source + i);
                    TLanes.Store(target + i, Elementary<TLanes, TVector>.Exp(v));
                    TLanes.Store(target + x.Length + i, Elementary<TLanes, TVector>.Log(v));
                    TLanes.Store(target + (2 * x.Length) + i, Elementary<TLanes, TVector>.Tanh(v));
                    TLanes.Store(target + (3 * x.Length) + i, Elementary<TLanes, TVector>.Logistic(v));
                }
            }

            return Array.ConvertAll(results, r => float.IsNaN(r) ? uint.MaxValue : BitConverter.SingleToUInt32Bits(r));
        }
    }

    [Fact]
    public void The_logarithm_knows_its_limits()
    {
        Assert.Equal(0, Elementary<LanesScalar, float>.Log(1));
        Assert.Equal(float.NegativeInfinity, Elementary<LanesScalar, float>.Log(0));
        Assert.Equal(float.PositiveInfinity, Elementary<LanesScalar, float>.Log(float.PositiveInfinity));
        Assert.Equal(float.NaN, Elementary<LanesScalar, float>.Log(-1));
        Assert.Equal(float.NaN, Elementary<LanesScalar, float>.Log(float.NaN));
    }

    [Fact]
    public void Double_functions_keep_their_error_bounds()
    {
        for (var i = 1; i < 200_000; i++)
        {
            var x = i * 0.00037;
            Assert.InRange(DoubleUlps(Precise.Exp(x), TrueExp(x)), 0, 2);
            Assert.InRange(DoubleUlps(Precise.Exp(-x), TrueExp(-x)), 0, 2);
            Assert.InRange(DoubleUlps(Precise.Log(x), Math.Log(x)), 0, 2);
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

    private static double DoubleUlps(double found, double expected) => Math.Abs(found - expected) / (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));

#pragma warning disable RS0030 // the judge
    private static double TrueExp(double x) => Math.Exp(x);
#pragma warning restore RS0030
}
