using System.Diagnostics;
using Npgsql;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Service;
using SweepCluster.Store;

namespace SweepCluster.Reports.Bench;

/// <summary>How long pages of a very large sweep take, over HTTP as a browser asks for them.</summary>
public static class ServiceBenchmark
{
    private const int Cold = 20;
    private const int Warm = 200;

    /// <param name="ledger">A store that holds one large, finished sweep.</param>
    public static async Task<PageTimes> PagesAsync(Ledger ledger, NpgsqlDataSource reader, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(reader);
        var sweeps = await SweepList.ReadAsync(reader, null, null, SweepOrder.Largest, new PageOf(1, null, null), ct);
        var address = $"sweeps/{sweeps.Rows[0].Id}";
        var cold = new List<double>();
        for (var i = 0; i <= Cold; i++)
        {
            // A service that has just started remembers nothing: each of these reads all trials. The first is the compiler's.
            await using var fresh = await StartAsync(ledger, reader, ct);
            using var client = Client(fresh);
            var time = await TimeAsync(client, address, ct);
            if (i > 0)
                cold.Add(time);
        }

        await using var service = await StartAsync(ledger, reader, ct);
        using var browser = Client(service);
        await TimeAsync(browser, address, ct);
        var before = Used();
        var cached = new List<double>();
        var trials = new List<double>();
        var next = $"{address}/trials?limit=200";
        for (var i = 0; i < Warm; i++)
        {
            cached.Add(await TimeAsync(browser, address, ct));
            trials.Add(await TimeAsync(browser, $"{next}&after={await MiddleAsync(reader, sweeps.Rows[0], i, ct)}", ct));
        }

        using var process = Process.GetCurrentProcess();
        return new PageTimes(P95(cold), P95(cached), P95(trials), (Used() - before) / (1024.0 * 1024), process.PeakWorkingSet64 / (1024.0 * 1024));
    }

    private static Task<ReportService> StartAsync(Ledger ledger, NpgsqlDataSource reader, CancellationToken ct) => ReportService.StartAsync(
        ledger, reader, new ServiceOptions { Addresses = [ServiceAddress.Parse("http://127.0.0.1:0")], RequestsPerSecond = 100_000 }, TimeProvider.System, ct);

    private static HttpClient Client(ReportService service) => new() { BaseAddress = new Uri(service.Addresses[0] + "/") };

    private static async Task<double> TimeAsync(HttpClient client, string address, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative), ct);
        answer.EnsureSuccessStatusCode();
        await answer.Content.CopyToAsync(Stream.Null, ct);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // Pages from all over the sweep: the last must cost what the first does.
    private static async Task<long> MiddleAsync(NpgsqlDataSource reader, ListedSweep sweep, int i, CancellationToken ct)
    {
        await using var command = reader.CreateCommand($"SELECT min(id) + {sweep.Trials * i / Warm} FROM trials WHERE sweep = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = sweep.Id });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static long Used()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static double P95(List<double> times)
    {
        times.Sort();
        return times[(int)Math.Ceiling(times.Count * 0.95) - 1];
    }
}

/// <summary>What <see cref="ServiceBenchmark.PagesAsync"/> measured, in milliseconds and megabytes.</summary>
/// <param name="Page">The sweep's page, everything read anew: 95th percentile.</param>
/// <param name="Cached">The same page again.</param>
/// <param name="Trials">200 of its trials, from anywhere in it.</param>
/// <param name="Growth">Of the process' live memory over all those requests.</param>
public sealed record PageTimes(double Page, double Cached, double Trials, double Growth, double PeakMegabytes);
