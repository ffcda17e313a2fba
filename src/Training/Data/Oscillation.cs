using SweepCluster.Training.Data;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;

namespace SweepCluster.Training;

/// <summary>Makes the article's data.</summary>
public static class Oscillation
{
    /// <returns>One input (X, not scaled), one output; the irreducible error is the noise's variance after scaling.</returns>
    /// <exception cref="ArgumentException">Fewer than 2 points, negative noise, coefficients that overflow, shares that do not sum to 1.</exception>
    public static DataSet Create(OscillationPlan plan)
    {
        if (plan.Points < 2) throw new ArgumentException($"{nameof(plan.Points)}: must be at least 2, found {plan.Points}");
        if (!(plan.Noise >= 0 && double.IsFinite(plan.Noise)))
            throw new ArgumentException($"{nameof(plan.Noise)}: must be at least 0, found {plan.Noise}");
        if (plan.Scale == Scaling.Standard) throw new ArgumentException($"{nameof(plan.Scale)}: must be {nameof(Scaling.MinMax)} or {nameof(Scaling.None)}, found {plan.Scale}");
        var coefficients = new RandomStream(plan.Seed, Purpose.DataCoefficients);
        var a = Coefficient(nameof(plan.A), plan.A ?? Drawn(coefficients, 0, 1, 0.5));
        var b = Coefficient(nameof(plan.B), plan.B ?? Drawn(coefficients, 1, 1, 0.5));
        var c = Coefficient(nameof(plan.C), plan.C ?? Drawn(coefficients, 2, 0, 0.1));

        var noise = new RandomStream(plan.Seed, Purpose.DataNoise);
        var x = new double[plan.Points];
        var y = new double[plan.Points];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = 4 * Math.PI * i / (x.Length - 1);
            var clean = Precise.Sin(a * x[i]) * (1 - Precise.Cos(b * x[i])) / Precise.Exp(c * x[i]);
            y[i] = clean + (plan.Noise * Normal.At(noise, (uint)i));
        }

        var factor = plan.Scale == Scaling.MinMax ? ScaleToUnit(y) : 1;
        return DataSet.Create(
            inputs: 1, outputs: 1, Array.ConvertAll(x, v => (float)v), Array.ConvertAll(y, v => (float)v),
            Split.Create(plan.Points, plan.Split, plan.Seed), plan.Noise * plan.Noise * factor * factor);
    }

    private static double Drawn(RandomStream stream, uint index, double mean, double deviation) =>
        mean + (deviation * Normal.At(stream, index));

    // Beyond 10⁶ the sine turns faster than any grid of points shows.
    private static double Coefficient(string name, double value) => Math.Abs(value) <= 1e6
        ? value : throw new ArgumentException($"{name}: must be between -1e6 and 1e6, found {value}");

    private static double ScaleToUnit(double[] y)
    {
        double low = y.Min(), high = y.Max();
        if (!(high > low)) throw new ArgumentException($"{nameof(Scaling)}: {nameof(Scaling.MinMax)} needs targets that differ, found only {low}");
        for (var i = 0; i < y.Length; i++) y[i] = (y[i] - low) / (high - low);
        return 1 / (high - low);
    }
}
