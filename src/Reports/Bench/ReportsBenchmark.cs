using System.Diagnostics;
using Npgsql;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;
using SweepCluster.Reports.Svg;
using SweepCluster.Store;

namespace SweepCluster.Reports.Bench;

/// <summary>How long the article's density takes, and how long every figure of a very large sweep takes from store to drawing.</summary>
public static class ReportsBenchmark
{
    private const int Rounds = 3;

    /// <summary>Milliseconds for one exact density of 12,673 parameters on 500 points: the median of 21.</summary>
    public static double Density()
    {
        var theta = new float[12_673];
        var state = 42u;
        for (var i = 0; i < theta.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            theta[i] = ((state >> 8) * (0.25f / (1 << 24))) - 0.125f;
        }

        var times = new double[21];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _ = KernelDensity.Estimate(theta);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    /// <summary>Draws every figure of a large sweep, each by itself as the web service does, three times over.</summary>
    /// <param name="ledger">An empty store that may be filled.</param>
    /// <param name="reader">The same store under the role that reads.</param>
    /// <param name="told">Hears of each figure: its name, its median milliseconds, its size.</param>
    /// <returns>Milliseconds: the 95th percentile over all drawings, and the slowest figure's median; megabytes of the process at most.</returns>
    public static async Task<FigureTimes> FiguresAsync(Ledger ledger, NpgsqlDataSource reader, int trials, Action<string, double, int> told, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(told);
        var id = await LargeSweep.CreateAsync(ledger, trials, ct);
        var names = await NamesAsync(reader, id.Value, ct);

        // Once for the compiler and the server's cache; then in earnest.
        foreach (var name in names)
            await DrawAsync(reader, id.Value, name, ct);
        var all = new List<double>();
        var slowest = 0.0;
        foreach (var name in names)
        {
            var times = new double[Rounds];
            var size = 0;
            for (var i = 0; i < Rounds; i++)
            {
                var start = Stopwatch.GetTimestamp();
                size = await DrawAsync(reader, id.Value, name, ct);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            Array.Sort(times);
            all.AddRange(times);
            slowest = Math.Max(slowest, times[Rounds / 2]);
            told(name, times[Rounds / 2], size);
        }

        all.Sort();
        using var process = Process.GetCurrentProcess();
        return new FigureTimes(all[(int)Math.Ceiling(all.Count * 0.95) - 1], slowest, process.PeakWorkingSet64 / (1024.0 * 1024));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(NpgsqlDataSource store, string sweep, CancellationToken ct)
    {
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var results = new ResultsReader(reader, (await reader.SweepAsync(sweep, ct))!);
        return [.. SweepFigures.Kinds(await results.TableAsync(ct)).Select(kind => kind.Name)];
    }

    private static async Task<int> DrawAsync(NpgsqlDataSource store, string sweep, string name, CancellationToken ct)
    {
        await using var reader = await SweepReader.OpenAsync(store, ct);
        var row = await reader.SweepAsync(sweep, ct);
        return FigureSvg.Draw((await SweepFigures.ReadAsync(reader, row!, name, null, ct))!).Length;
    }
}

/// <summary>What <see cref="ReportsBenchmark.FiguresAsync"/> measured.</summary>
public sealed record FigureTimes(double P95, double Slowest, double PeakMegabytes);
