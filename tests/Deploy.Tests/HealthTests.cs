using System.Net;
using System.Runtime.InteropServices;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>What a prober is told while the store comes and goes.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly PostgresServer _server = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-health-").FullName;
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_silo_is_ready_while_the_store_answers_and_live_all_along()
    {
        var silo = SweepProgram.Start("/nonexistent", _folder, ["silo", "--slots", "1", "--lease", "3", "--health", "0", "--store", $"{_server.NewDatabase()}"]);
        var line = await silo.LineAsync(line => line.Contains("health at", StringComparison.Ordinal));
        var address = line[line.IndexOf("http", StringComparison.Ordinal)..].Split('/')[2];
        Assert.StartsWith("127.0.0.1:", address);

        await BecomesAsync($"http://{address}/health/ready", HttpStatusCode.OK);
        Assert.Contains("\"live\":true", await _client.GetStringAsync($"http://{address}/health/live"));
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"http://{address}/")).StatusCode);
        _server.Stop();
        await BecomesAsync($"http://{address}/health/ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync($"http://{address}/health/live")).StatusCode);
        _server.Start();
        await BecomesAsync($"http://{address}/health/ready", HttpStatusCode.OK);

        silo.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await silo.EndAsync()).Code);
    }

    [Fact]
    public async Task The_service_answers_a_prober_that_has_no_token_and_calls_by_address()
    {
        var service = SweepProgram.Start(
            "/nonexistent", _folder, ["reports", "--urls", "http://127.0.0.1:0", "--store", $"{_server.NewDatabase()}", "--log-format", "json"], ("SWEEP_TOKEN", "read:for-those-who-read-1"));
        var address = await service.LineAsync(line => line.StartsWith("http://", StringComparison.Ordinal));

        await BecomesAsync($"{address}/health/ready", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _client.GetAsync($"{address}/api/sweeps")).StatusCode);
        using (var byName = new HttpRequestMessage(HttpMethod.Get, $"{address}/health/live") { Headers = { Host = "10.1.2.3" } })
            Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync(byName)).StatusCode);
        _server.Stop();
        await BecomesAsync($"{address}/health/ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync($"{address}/health/live")).StatusCode);

        service.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, (await service.EndAsync()).Code);
    }

    [Theory]
    [InlineData("--health", "everywhere", "--health must be a port or IP:PORT, found 'everywhere'")]
    [InlineData("--log-format", "xml", "--log-format must be text or json, found 'xml'")]
    [InlineData("--log-file", "nowhere/silo.log", "is no directory; create it, or name another file")]
    public async Task What_cannot_be_meant_is_said(string option, string value, string says)
    {
        var result = await SweepProgram.RunAsync("/nonexistent", _folder, "silo", option, value, "--store", "postgresql://me@127.0.0.1:1/x");
        Assert.Equal(2, result.Code);
        Assert.Contains(says, result.Error);
    }

    private async Task BecomesAsync(string url, HttpStatusCode wanted)
    {
        var seen = HttpStatusCode.Unused;
        for (var i = 0; i < 1200 && seen != wanted; i++)
        {
            seen = (await _client.GetAsync(url)).StatusCode;
            if (seen != wanted) await Task.Delay(50);
        }
        Assert.Equal(wanted, seen);
    }
}
