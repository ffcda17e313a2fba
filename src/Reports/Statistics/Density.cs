using System.Numerics;
using System.Runtime.CompilerServices;

namespace SweepCluster.Reports.Statistics;

/// <summary>p(θ): a discrete distribution on evenly spaced points.</summary>
/// <param name="Grid">Where it is evaluated, ascending.</param>
/// <param name="P">Weights ≥ 0 that add up to 1; all 0 when no parameter comes near the grid.</param>
/// <param name="Bandwidth">Standard deviation of the Gaussian kernel, in units of θ.</param>
/// <param name="Left">Parameters that are not finite numbers and were left out.</param>
internal sealed record Density(double[] Grid, double[] P, double Bandwidth, int Left)
{
    public bool IsEmpty => Array.TrueForAll(P, p => p == 0);

    public double Peak => P.Max();
}

/// <summary>Where a density is evaluated; the default is the article's.</summary>
internal sealed record DensityGrid(double Low = -0.3, double High = 0.3, int Points = 500)
{
    public double this[int j] => Low + ((High - Low) * j / (Points - 1));
}

/// <summary>
/// Exact Gaussian kernel density: q_j = Σ_i exp(−(x_j − θ_i)² / 2h²), p_j = q_j / Σ_j q_j.
/// <para>
/// The kernel is exactly 0 in double precision where (x − θ)² / 2h² > 745.2, so each θ touches only the grid points within
/// 38.7 h of it (65 of the article's 500). Skipping the others adds no error at all, and since every grid point still adds
/// its θ in their stored order, the sum has the bits of <see cref="KernelDensityReference"/> at every vector width.
/// </para>
/// </summary>
internal static class KernelDensity
{
    public const double ArticleBandwidth = 0.001;

    // sqrt(2 · 745.2) and a little more: beyond it Elementary.Exp is exactly 0.
    private const double Reach = 38.7;

    public static Density Estimate(ReadOnlySpan<float> theta, double bandwidth = ArticleBandwidth, DensityGrid? grid = null)
    {
        grid ??= new DensityGrid();
        var lanes = Vector<double>.Count;
        var x = new double[grid.Points + lanes];
        for (var j = 0; j < x.Length; j++)
            x[j] = grid[j];
        var sums = new double[x.Length];
        var left = Accumulate(theta, x, sums, grid, bandwidth);
        return Normalise(x[..grid.Points], sums[..grid.Points], bandwidth, left);
    }

    /// <summary>Divides by the total, added up in grid order.</summary>
    internal static Density Normalise(double[] x, double[] sums, double bandwidth, int left)
    {
        var total = 0.0;
        foreach (var sum in sums)
            total += sum;
        if (total > 0)
        {
            for (var j = 0; j < sums.Length; j++)
                sums[j] /= total;
        }

        return new Density(x, sums, bandwidth, left);
    }

    // Optimised at once: a report evaluates a dozen densities and would else end before the tiered compiler wakes up.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Accumulate(ReadOnlySpan<float> theta, double[] x, double[] sums, DensityGrid grid, double bandwidth)
    {
        var lanes = Vector<double>.Count;
        var perStep = (grid.Points - 1) / (grid.High - grid.Low);
        var reach = Reach * bandwidth * perStep;
        var scale = new Vector<double>(-0.5 / (bandwidth * bandwidth));
        var left = 0;
        foreach (var value in theta)
        {
            if (!float.IsFinite(value))
            {
                left++;
                continue;
            }

            // One point of slack on each side: the division above is rounded, the window may not be.
            var centre = (value - grid.Low) * perStep;
            var first = (int)Math.Clamp(Math.Floor(centre - reach) - 1, 0, grid.Points);
            var last = (int)Math.Clamp(Math.Ceiling(centre + reach) + 1, -1, grid.Points - 1);
            var at = new Vector<double>(value);
            for (var j = first; j <= last; j += lanes)
            {
                var d = new Vector<double>(x, j) - at;
                (new Vector<double>(sums, j) + Elementary.Exp(d * d * scale)).CopyTo(sums, j);
            }
        }

        return left;
    }
}

/// <summary>The direct sum over every parameter and every grid point, written for reading; the tests hold the fast one to it.</summary>
internal static class KernelDensityReference
{
    public static Density Estimate(ReadOnlySpan<float> theta, double bandwidth = KernelDensity.ArticleBandwidth, DensityGrid? grid = null)
    {
        grid ??= new DensityGrid();
        var x = new double[grid.Points];
        var sums = new double[grid.Points];
        var left = 0;
        for (var j = 0; j < x.Length; j++)
        {
            x[j] = grid[j];
            left = 0;
            foreach (var value in theta)
            {
                if (!float.IsFinite(value))
                {
                    left++;
                    continue;
                }

                var d = x[j] - value;
                sums[j] += Elementary.Exp(d * d * (-0.5 / (bandwidth * bandwidth)));
            }
        }

        return KernelDensity.Normalise(x, sums, bandwidth, left);
    }
}
