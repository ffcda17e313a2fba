using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using SweepCluster.Reports.Bench;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Commands;

/// <summary>sweep bench reports: densities and figures, measured on a store of its own that is gone afterwards.</summary>
internal static class BenchReportsCommand
{
    private const int LargeSweep = 50_000;

    public static ExampledCommand Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var trials = new Option<int>("--trials") { Description = "Trials of the large sweep", DefaultValueFactory = _ => LargeSweep, HelpName = "N" };
        var command = new ExampledCommand("reports", "Measure densities, and pages and figures of a sweep of 50,000 trials", "sweep bench reports --json") { json, trials };
        command.SetAction((parsed, cancel) => ReportsAsync(parsed.GetValue(json), parsed.GetValue(trials), cancel));
        return command;
    }

    private static async Task<int> ReportsAsync(bool json, int trials, CancellationToken cancel)
    {
        var home = Path.Combine(Path.GetTempPath(), "sweep-bench-" + Path.GetRandomFileName());
        try
        {
            await Console.Error.WriteLineAsync($"sweep: making a sweep of {trials.ToString("N0", CultureInfo.InvariantCulture)} trials in a store of its own");
            await using var postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment() with { Home = home }, cancel);
            await using var ledger = await Ledger.OpenAsync(postgres.Owner, cancel);
            await using var reader = NpgsqlDataSource.Create(postgres.Reader.ConnectionString);
            var density = ReportsBenchmark.Density();
            var figures = await ReportsBenchmark.FiguresAsync(
                ledger, reader, trials, (name, ms, size) => Console.Error.WriteLine($"sweep: {name,-48} {ms,7:0} ms {size / 1024.0,7:0} KiB"), cancel);
            var pages = await ServiceBenchmark.PagesAsync(ledger, reader, cancel);
            var size = $"{trials / 1000}k";
            var measured = new Dictionary<string, double>
            {
                ["kde_ms"] = density,
                [$"sweep_page_p95_ms_{size}"] = pages.Page,
                [$"sweep_page_again_p95_ms_{size}"] = pages.Cached,
                [$"trials_page_p95_ms_{size}"] = pages.Trials,
                [$"figure_p95_ms_{size}"] = figures.P95,
                [$"figure_slowest_ms_{size}"] = figures.Slowest,
                ["growth_mb"] = pages.Growth,
                ["peak_mb"] = pages.PeakMegabytes,
            };
            if (json)
                Console.Out.WriteLine(JsonSerializer.Serialize(measured.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value, 3))));
            else
                foreach (var (name, value) in measured)
                    Console.Out.WriteLine($"{name,-24} {value.ToString("0.00", CultureInfo.InvariantCulture),10}");
            return ExitCode.Done;
        }
        finally
        {
            if (Directory.Exists(home))
                Directory.Delete(home, recursive: true);
        }
    }
}
