using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Reports.Service;
using SweepCluster.Silo;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Service.Tests;

[Collection(OneService.Name)]
public class LiveTests(ServiceFixture service)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Events_follow_a_real_run_to_its_end()
    {
        var id = await service.Store.Ledger.Launch.LaunchAsync(ServiceFixture.Lasting("live"));
        using var patience = new CancellationTokenSource(Patience);
        await using var events = EventsAsync(id.Value, patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(2, events.Current.GetProperty("trials").GetInt64());
        var silo = new SiloHost(service.Store.Ledger, new SiloOptions { Slots = 1, UntilSweepDone = id }, NullLoggerFactory.Instance).RunAsync(patience.Token);
        var sawEpochs = false;
        var last = events.Current;
        while (await events.MoveNextAsync())
            sawEpochs |= (last = events.Current).GetProperty("running").EnumerateArray().Any(trial => trial.GetProperty("epoch").GetInt32() > 0 && trial.GetProperty("label").GetString()!.StartsWith("λ = ", StringComparison.Ordinal));
        await silo;
        Assert.True(sawEpochs);
        Assert.Equal(2, last.GetProperty("ended").GetInt64());
        Assert.False(last.GetProperty("is_open").GetBoolean());
    }

    [Fact]
    public async Task A_hundred_watchers_ask_the_store_no_more_than_one()
    {
        using var gone = new CancellationTokenSource(Patience);
        var watchers = new List<IAsyncEnumerator<JsonElement>>();
        for (var i = 0; i < 100; i++)
        {
            watchers.Add(EventsAsync(service.Waiting, gone.Token).GetAsyncEnumerator(gone.Token));
            Assert.True(await watchers[^1].MoveNextAsync());
        }

        await using var command = service.Store.Ledger.Source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('sweep reports', 'sweep')");
        var connections = (long)(await command.ExecuteScalarAsync())!;
        Assert.InRange(connections, 1, 30);
        await gone.CancelAsync();
        foreach (var watcher in watchers)
            await Assert.ThrowsAnyAsync<Exception>(async () => await watcher.MoveNextAsync());
    }

    [Fact]
    public async Task A_store_that_goes_away_is_said_so_and_forgiven_when_it_is_back()
    {
        var home = Path.Combine(Path.GetTempPath(), "sweep-away-" + Guid.NewGuid().ToString("N")[..8]);
        var options = new PrivatePostgresOptions(home, null, TimeSpan.FromSeconds(60));
        var postgres = await PrivatePostgres.StartAsync(options);
        try
        {
            await using var ledger = await Ledger.OpenAsync(postgres.Owner);
            var id = await ledger.Launch.LaunchAsync(SweepFile.Parse(ServiceFixture.Yaml("away", "training.batch: [32, 64]")).Specification!);
            var (source, _) = await ReadingRole.OpenAsync(postgres.Reader, default);
            await using var reader = source;
            var said = new List<string>();
            await using var away = await ReportService.StartAsync(
                ledger, reader, new ServiceOptions { Addresses = [ServiceAddress.Parse("http://127.0.0.1:0")], Log = said.Add }, TimeProvider.System, default);
            using var client = new HttpClient { BaseAddress = new Uri(away.Addresses[0]) };
            using var patience = new CancellationTokenSource(Patience);
            await using var events = EventsAsync(client, id.Value, patience.Token).GetAsyncEnumerator(patience.Token);
            Assert.True(await events.MoveNextAsync());

            await postgres.DisposeAsync();
            while (events.Current.GetProperty("note").GetString() is null)
                Assert.True(await events.MoveNextAsync());
            Assert.Equal("The store does not answer; this page goes on by itself when it does.", events.Current.GetProperty("note").GetString());
            using (var page = await client.GetAsync($"/sweeps/{id}"))
            {
                Assert.Equal(503, (int)page.StatusCode);
                Assert.NotNull(page.Headers.RetryAfter);
                var text = await page.Content.ReadAsStringAsync();
                Assert.Contains("The store does not answer", text);
                Assert.Contains("data-again=\"5\"", text);
                Assert.DoesNotContain(home, text);
                Assert.DoesNotContain("Npgsql", text);
            }

            using (var api = await client.GetAsync("/api/sweeps"))
                Assert.Equal("application/problem+json", api.Content.Headers.ContentType!.MediaType);
            Assert.NotEmpty(said);

            postgres = await PrivatePostgres.StartAsync(options);
            while (events.Current.GetProperty("note").GetString() is not null)
                Assert.True(await events.MoveNextAsync());
            using var back = await client.GetAsync($"/sweeps/{id}");
            Assert.Equal(200, (int)back.StatusCode);
        }
        finally
        {
            await postgres.DisposeAsync();
            Directory.Delete(home, recursive: true);
        }
    }

    private IAsyncEnumerable<JsonElement> EventsAsync(string sweep, CancellationToken ct) => EventsAsync(service.Client, sweep, ct);

    private static async IAsyncEnumerable<JsonElement> EventsAsync(HttpClient client, string sweep, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await client.GetAsync($"/api/sweeps/{sweep}/events", HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            if (line == "event: end")
                yield break;
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            using var document = JsonDocument.Parse(line[6..]);
            yield return document.RootElement.Clone();
        }
    }
}
