using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Service;
using SweepCluster.Reports.Tests;
using SweepCluster.Store.Leases;

namespace SweepCluster.Service.Tests;

/// <summary>One private store with sweeps of every kind, and a service over it, shared by the tests of a collection.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    /// <summary>Payloads that have worked somewhere; each would call alert.</summary>
    internal static readonly string[] Payloads =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "'-alert(3)-'", "</title><svg/onload=alert(4)>", "javascript:alert(5)",
        "{{constructor.constructor('alert(6)')()}}", "</script><script>alert(7)</script>", "\u202e<b onmouseover=alert(8)>", "]]><script>alert(9)</script>",
    ];

    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(10);

    private readonly StoreFixture _store = new();
    private NpgsqlDataSource _reader = null!;

    internal StoreFixture Store => _store;

    internal ReportService Service { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>Eight values of λ, all completed.</summary>
    internal string L2 { get; private set; } = "";

    /// <summary>λ × p with two replicates; one trial failed, one has NaN losses, one still runs.</summary>
    internal string Mixed { get; private set; } = "";

    /// <summary>Launched; no silo has begun it.</summary>
    internal string Waiting { get; private set; } = "";

    /// <summary>One trial of one configuration.</summary>
    internal string Single { get; private set; } = "";

    /// <summary>A name and a configuration that try to run code.</summary>
    internal string Hostile { get; private set; } = "";

    /// <summary>A name of 10,000 characters.</summary>
    internal string Long { get; private set; } = "";

    internal string Address => Service.Addresses[0];

    public async Task InitializeAsync()
    {
        await _store.InitializeAsync();
        (_reader, var isReader) = await ReadingRole.OpenAsync(_store.ReaderAddress, default);
        Assert.True(isReader);
        L2 = (await _store.SweepAsync(Yaml("l2-visual-intuition", "regularization.l2: [1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1, 1]"), StoreFixture.Complete)).Value;
        Mixed = (await _store.SweepAsync(
            Yaml("l2-by-dropout", "regularization.l2: [1e-5, 1e-3, 1e-1]\n  regularization.dropout.p: [0, 0.3, 0.6]", replicates: 2),
            (claim, result) => (claim.Ordinal, claim.Replicate) switch
            {
                (4, 0) => new Ending.Failed("the loss is not a finite number in epoch 3: a smaller learning rate would help"),
                (8, 1) => null,
                _ => StoreFixture.Complete(claim, result),
            })).Value;
        await ExecuteAsync("UPDATE ledger.trials SET validation_loss = 'NaN' WHERE sweep = $1 AND ordinal = 2 AND replicate = 0", Mixed);
        await ExecuteAsync("UPDATE ledger.losses SET validation = array_fill('NaN'::float8, ARRAY[cardinality(training)]) WHERE trial IN (SELECT id FROM ledger.trials WHERE sweep = $1 AND ordinal = 2 AND replicate = 0)", Mixed);
        Waiting = (await _store.Ledger.Launch.LaunchAsync(SweepFile.Parse(Yaml("not-begun", "training.batch: [32, 64]")).Specification!)).Value;
        Single = (await _store.SweepAsync(Yaml("single", null), StoreFixture.Complete)).Value;
        Hostile = (await _store.SweepAsync(Yaml("hostile", "regularization.l2: [1e-5, 1e-3, 1e-1]"), StoreFixture.Complete)).Value;
        await ExecuteAsync("UPDATE ledger.sweeps SET name = $2 WHERE id = $1", Hostile, string.Join(' ', Payloads));
        foreach (var (i, payload) in Payloads.Take(3).Index())
            await ExecuteAsync($"UPDATE ledger.trials SET configuration = $2::json, error = $3 WHERE sweep = $1 AND ordinal = {i}", Hostile, JsonSerializer.Serialize(new Dictionary<string, string> { [Payloads[0]] = payload, ["b\"'<>"] = $"{i}" }), payload);
        Long = (await _store.SweepAsync(Yaml("long", "regularization.l2: [1e-5, 1e-3]"), StoreFixture.Complete)).Value;
        await ExecuteAsync("UPDATE ledger.sweeps SET name = $2 WHERE id = $1", Long, string.Concat(Enumerable.Repeat("a name that does not end ", 400)));
        Service = await StartAsync(new ServiceOptions());
        Client = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Service.DisposeAsync();
        await _reader.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Another service over the same store, on a port of its own.</summary>
    internal Task<ReportService> StartAsync(ServiceOptions options) => ReportService.StartAsync(
        _store.Ledger, _reader, options with { Addresses = [ServiceAddress.Parse("http://127.0.0.1:0")], RequestsPerSecond = options.RequestsPerSecond == 50 ? 5000 : options.RequestsPerSecond },
        TimeProvider.System, default);

    internal async Task<long> TrialAsync(string sweep, int ordinal, int replicate = 0)
    {
        await using var command = _store.Ledger.Source.CreateCommand("SELECT id FROM trials WHERE sweep = $1 AND ordinal = $2 AND replicate = $3");
        command.Parameters.Add(new NpgsqlParameter { Value = sweep });
        command.Parameters.Add(new NpgsqlParameter { Value = (long)ordinal });
        command.Parameters.Add(new NpgsqlParameter { Value = replicate });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    internal async Task ExecuteAsync(string sql, params string[] values)
    {
        await using var command = _store.Ledger.Source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<JsonElement> JsonAsync(string address, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Client.GetAsync(address);
        Assert.Equal(expected, answer.StatusCode);
        return await ReadAsync(answer);
    }

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    internal async Task<string> PageAsync(string address, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Client.GetAsync(address);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{address}: {answer.StatusCode}\n{page}");
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("   at SweepCluster.", page);
        return page;
    }

    internal static HttpRequestMessage Launch(string yaml, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/sweeps?file=l2.yaml") { Content = new StringContent(yaml, Encoding.UTF8, "application/yaml") };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    internal static string Yaml(string name, string? grid, int replicates = 1, int epochs = 20) =>
        $"name: {name}\nseed: 42\nreplicates: {replicates}\ndata: {{kind: oscillation, points: 1000}}\nmodel: {{stem: 16, hidden: [16]}}\ntraining: {{epochs: {epochs}, batch: 64}}\n"
        + (grid is null ? "" : $"grid:\n  {grid}\n");

    /// <summary>Two trials of some seconds each: long enough to be seen while they train.</summary>
    internal static Specification Lasting(string name) =>
        SweepFile.Parse($"name: {name}\nseed: 42\ndata: {{kind: oscillation, points: 10000}}\nmodel: {{preset: notebook}}\ntraining: {{epochs: 4000, batch: 64}}\ngrid:\n  regularization.l2: [1e-4, 1e-2]\n").Specification!;

    internal static IReadOnlyList<AccessToken> Tokens => [AccessToken.Parse("read:" + ReadToken), AccessToken.Parse("launch:" + LaunchToken)];

    internal const string ReadToken = "the-token-of-a-reader";
    internal const string LaunchToken = "the-token-of-a-launcher";
}

[CollectionDefinition(Name)]
public sealed class OneService : ICollectionFixture<ServiceFixture>
{
    public const string Name = "service";
}
