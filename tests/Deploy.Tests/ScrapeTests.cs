using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using OpenTelemetry.Resources;
using SweepCluster.Client.Telemetry;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>What silo and service tell a Prometheus that asks them.</summary>
[Collection(OneSharedServer.Name)]
public sealed class ScrapeTests(SharedServer server) : IDisposable
{
    private readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_silo_tells_its_measures_from_zero_on_under_the_names_that_alerts_ask_for()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        var silo = server.Start(server.Url(database), ["silo", "--slots", "2", "--health", "0"]);
        var line = await silo.LineAsync(line => line.Contains("health at", StringComparison.Ordinal));
        var address = line[line.IndexOf("http", StringComparison.Ordinal)..].Split("/health")[0];
        // Counted before anything happened, or the first failure would have no rate.
        await BecomesAsync(address, lines => lines.Contains("sweep_trials_ended_total{state=\"Failed\"} 0") && lines.Contains("sweep_lease_losses_total 0"));

        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(5));
        await ledger.EndedAsync(sweep);
        var lines = await BecomesAsync(address, lines => lines.Contains("sweep_trials_running 0") && lines.Contains("sweep_trials_ended_total{state=\"Completed\"} 5"));

        Assert.Contains("sweep_claims_total 5", lines);
        Assert.Contains("sweep_slots 2", lines);
        Assert.Contains("sweep_trial_duration_seconds_bucket{le=\"+Inf\"} 5", lines);
        Assert.Contains("sweep_trial_duration_seconds_count 5", lines);
        Assert.Contains(lines, l => l.StartsWith("target_info{", StringComparison.Ordinal) && l.Contains("service_name=\"sweep-silo\"", StringComparison.Ordinal));
        var told = lines.Where(l => l[0] != '#').Select(l => l.Split('{', ' ')[0]).ToHashSet();
        Assert.All(MetricNames.All.Where(m => typeof(Measures).GetFields().Any(f => f.GetValue(null) is Instrument i && i.Name == m.Name)).SelectMany(MetricNames.InPrometheus), name => Assert.Contains(name, told));
        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await silo.EndAsync()).Code);
    }

    [Fact]
    public async Task The_service_tells_what_the_store_holds_to_those_who_may_read()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        await ledger.Launch.LaunchAsync(Sweeps.Short(7));
        var service = server.Start(server.Url(database), ["reports", "--urls", "http://127.0.0.1:0"], ("SWEEP_TOKEN", "read:for-those-who-read-1"));
        var address = await service.LineAsync(line => line.StartsWith("http://", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Unauthorized, (await _client.GetAsync($"{address}/metrics")).StatusCode);
        _client.DefaultRequestHeaders.Authorization = new("Bearer", "for-those-who-read-1");
        var answer = await _client.GetAsync($"{address}/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", $"{answer.Content.Headers.ContentType}");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');

        Assert.Contains("sweep_store_up 1", lines);
        Assert.Contains("sweep_trials_waiting 7", lines);
        // By a pod's address, which --host does not name: this page alone, and not without the token.
        Assert.Equal(HttpStatusCode.OK, await AsPodAsync("/metrics"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AsPodAsync("/"));
        _client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AsPodAsync("/metrics"));
        Assert.Contains("sweep_trials{state=\"Running\"} 0", lines);
        Assert.Contains(lines, l => Regex.IsMatch(l, @"^sweep_store_size_bytes \d{7,}$"));
        service.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await service.EndAsync()).Code);

        async Task<HttpStatusCode> AsPodAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address + path) { Headers = { Host = "10.1.2.3:5050" } };
            using var found = await _client.SendAsync(request);
            return found.StatusCode;
        }
    }

    [Fact]
    public async Task A_store_that_hangs_is_one_that_is_away_and_not_a_scrape_that_hangs_too()
    {
        using var frozen = new PostgresServer();
        var service = server.Start($"{frozen.NewDatabase()}", ["reports", "--urls", "http://127.0.0.1:0"]);
        var address = await service.LineAsync(line => line.StartsWith("http://", StringComparison.Ordinal));
        await BecomesAsync(address, lines => lines.Contains("sweep_store_up 1"));

        frozen.Freeze();
        // As long as Prometheus waits unless it is told otherwise.
        using var prometheus = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var text = "";
        for (var i = 0; i < 1200 && !text.Contains("sweep_store_up 0\n", StringComparison.Ordinal); i++)
        {
            text = await prometheus.GetStringAsync($"{address}/metrics");
            await Task.Delay(50);
        }
        Assert.Contains("sweep_store_up 0\n", text);
        Assert.DoesNotContain("\nsweep_trials", text);
        frozen.Thaw();
        await BecomesAsync(address, lines => lines.Contains("sweep_store_up 1"));

        service.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await service.EndAsync()).Code);
    }

    [Fact]
    public void Whatever_a_label_holds_it_ends_no_line_and_no_string()
    {
        using var meter = new Meter(Measures.Name);
        using var scrape = new Scrape(ResourceBuilder.CreateEmpty().AddAttributes([new("host.name", "a\"b\nc\\d")]));
        meter.CreateGauge<double>("sweep.odd.size", "By", "two\nlines").Record(double.PositiveInfinity, new KeyValuePair<string, object?>("per-cent", "x\"} 1\ny 2"));
        var lines = scrape.Text().Split('\n');

        Assert.Contains("target_info{host_name=\"a\\\"b\\nc\\\\d\"} 1", lines);
        Assert.Contains("# HELP sweep_odd_size_bytes two\\nlines", lines);
        Assert.Contains("sweep_odd_size_bytes{per_cent=\"x\\\"} 1\\ny 2\"} +Inf", lines);
    }

    private async Task<string[]> BecomesAsync(string address, Func<string[], bool> wanted)
    {
        string[] lines = [];
        for (var i = 0; i < 1200; i++)
        {
            lines = (await _client.GetStringAsync($"{address}/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (wanted(lines)) return lines;
            await Task.Delay(50);
        }
        Assert.Fail(string.Join('\n', lines));
        return lines;
    }
}
