using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

/// <summary>
/// Errors of the own float functions in units of the last place, against the C library's doubles: a good judge and only a bad
/// lawgiver. Over every stride-th float of the whole line, so a stride of 1 is a proof and a large prime a test.
/// </summary>
internal static class Ulps
{
    /// <summary>The bounds that <see cref="Elementary{TLanes,TVector}"/> states, each where it holds.</summary>
    public static IReadOnlyList<(string Name, Func<float, float> Found, Func<double, double> True, double From, double To, double Bound)> Functions { get; } =
    [
        ("exp", Elementary<LanesScalar, float>.Exp, TrueExp, -87.3, 88.3, 1.02),
        ("ln", Elementary<LanesScalar, float>.Log, Math.Log, float.Epsilon, float.MaxValue, 0.83),
        ("tanh", Elementary<LanesScalar, float>.Tanh, Math.Tanh, -float.MaxValue, float.MaxValue, 1.34),
        ("logistic", Elementary<LanesScalar, float>.Logistic, x => 1 / (1 + TrueExp(-x)), -87.3, float.MaxValue, 2.49),
    ];

    public static double Of(float found, double expected)
    {
        var magnitude = MathF.Abs((float)expected);
        return Math.Abs(found - expected) / (MathF.BitIncrement(magnitude) - magnitude);
    }

    public static (double Error, float At) Greatest(string name, uint stride)
    {
        var (_, found, truth, from, to, _) = Functions.Single(function => function.Name == name);
        var greatest = (Error: 0.0, At: 0f);
        for (ulong bits = 0; bits <= uint.MaxValue; bits += stride)
        {
            var x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (!(x >= from && x <= to)) continue;
            var error = Of(found(x), truth(x));
            if (!(error <= greatest.Error)) greatest = (error, x);
        }

        return greatest;
    }

    public static void Print(TextWriter output)
    {
        foreach (var (name, _, _, from, to, bound) in Functions)
        {
            var (error, at) = Greatest(name, 1);
            output.WriteLine($"{name,-9} {error:F4} ulp at {at:R}, every float in [{from:G4}, {to:G4}], stated {bound}");
        }
    }

#pragma warning disable RS0030 // the judge
    private static double TrueExp(double x) => Math.Exp(x);
#pragma warning restore RS0030
}
