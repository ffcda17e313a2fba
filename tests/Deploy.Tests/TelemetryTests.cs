using SweepCluster.Deploy.Tests.Collecting;
using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>What silo and service tell a collector, read from the bytes that they send.</summary>
[Collection(OneSharedServer.Name)]
public sealed class TelemetryTests(SharedServer server) : IDisposable
{
    private readonly Collector _collector = new();

    public void Dispose() => _collector.Dispose();

    [Fact]
    public async Task A_silo_counts_claims_endings_flushes_and_its_slots()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        var sweep = await ledger.Launch.LaunchAsync(Sweeps.Short(5));
        var silo = Start(database, "silo", "--slots", "2");
        await ledger.EndedAsync(sweep);
        await BecomesAsync(() => _collector.Value("sweep.trials.ended", "state=Completed") == 5 && _collector.Value("sweep.trials.running") == 0);

        Assert.Equal(5, _collector.Value("sweep.claims"));
        Assert.Equal(2, _collector.Value("sweep.slots"));
        Assert.Equal(5, _collector.Value("sweep.trial.duration"));
        Assert.True(_collector.Value("sweep.flush.duration") >= 5);
        Assert.True(_collector.Value("sweep.claim.duration") >= 1);
        Assert.Equal("s", _collector.Points.First(p => p.Metric == "sweep.flush.duration").Unit);
        Assert.All(_collector.Points, point => Assert.Equal("sweep-silo", point.Service));
        await BecomesAsync(() => _collector.Spans.Count(name => name == "trial") == 5);
        Assert.Contains("end", _collector.Spans);
        await EndAsync(silo);
    }

    [Fact]
    public async Task A_silo_that_loses_a_trial_counts_it()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        var silo = Start(database, "silo", "--slots", "1", "--lease", "3");
        await ledger.BecomesAsync("select count(*) = 1 from trials where state = 'Running'");

        server.Execute(database, "UPDATE ledger.trials SET term = term + 1, silo = gen_random_uuid(), lease_until = now() + interval '1 hour'");
        await BecomesAsync(() => _collector.Value("sweep.lease.losses") == 1);

        await EndAsync(silo);
    }

    [Fact]
    public async Task The_service_shows_what_waits_what_runs_and_who_is_there()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        await ledger.Launch.LaunchAsync(Sweeps.Short(7));
        await ledger.Control.PauseAsync(await ledger.Launch.LaunchAsync(Sweeps.Short(3)));
        await ledger.JoinAsync();
        var service = Start(database, "reports", "--urls", "http://127.0.0.1:0");
        await BecomesAsync(() => _collector.Value("sweep.trials.waiting") is not null);

        Assert.Equal(10, _collector.Value("sweep.trials", "state=Pending"));
        Assert.Equal(7, _collector.Value("sweep.trials.waiting"));
        Assert.Equal(0, _collector.Value("sweep.trials", "state=Running"));
        Assert.Equal(1, _collector.Value("sweep.silos", "state=Running"));
        Assert.Equal(1, _collector.Value("sweep.cluster.slots"));
        Assert.Equal(1, _collector.Value("sweep.store.up"));
        // An alert when it goes on for minutes; the first claim ends it, and the store is looked at each five seconds.
        await BecomesAsync(() => _collector.Value("sweep.trials.waiting.time") >= 6);
        await ledger.ClaimOneAsync(await ledger.JoinAsync());
        await BecomesAsync(() => _collector.Value("sweep.trials", "state=Running") == 1);
        Assert.InRange(_collector.Value("sweep.trials.waiting.time")!.Value, 0, 5);
        Assert.InRange(_collector.Value("sweep.store.connections")!.Value, 1, _collector.Value("sweep.store.connections.limit")!.Value);
        Assert.True(_collector.Value("sweep.store.size") > 1_000_000);
        await EndAsync(service);
    }

    [Fact]
    public void Dashboard_and_alerts_ask_for_nothing_that_is_not_sent()
    {
        // As Prometheus calls what OTLP calls sweep.flush.duration in seconds: unit and kind become endings.
        string[] known = [.. MetricNames.All.SelectMany(MetricNames.InPrometheus)];
        var asked = new[] { "deploy/observability/dashboard.json", "deploy/observability/alerts.yaml", "deploy/kubernetes/silo.yaml" }
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(Checkout.Read(file), @"\bsweep_[a-z_]+\b").Select(m => (file, name: m.Value))).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, use => Assert.True(known.Contains(use.name), $"{use.file} asks for {use.name}, which is none of {string.Join(", ", known)}"));
    }

    private SweepProgram Start(string database, params string[] arguments) => server.Start(
        server.Url(database), arguments, ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Address), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_BSP_SCHEDULE_DELAY", "200"));

    private async Task EndAsync(SweepProgram program)
    {
        program.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        var result = await program.EndAsync();
        Assert.True(result.Code == 0, result.Error);
        Assert.All(_collector.Bodies, body => Assert.DoesNotContain(SharedServer.Password, System.Text.Encoding.Latin1.GetString(body)));
    }

    private async Task BecomesAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1200 && !condition(); i++) await Task.Delay(50);
        Assert.True(condition(), string.Join('\n', _collector.Points));
    }
}
