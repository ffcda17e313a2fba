using System.Diagnostics;
using System.Net;
using SweepCluster.Reports.Tests;

namespace SweepCluster.Service.Tests;

/// <summary>The command as a person uses it.</summary>
[Collection(OneService.Name)]
public sealed class CommandTests(ServiceFixture service)
{
    [Fact]
    public async Task It_says_where_it_is_answers_and_ends_on_a_signal()
    {
        using var process = Start([("SWEEP_TOKEN", "read:from-the-environment-1"), ("SWEEP_STORE", Url())], "reports", "--urls", "http://127.0.0.1:0");
        var address = await process.StandardOutput.ReadLineAsync();
        Assert.StartsWith("http://127.0.0.1:", address);
        using var client = new HttpClient { BaseAddress = new Uri(address!) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/sweeps")).StatusCode);
        client.DefaultRequestHeaders.Authorization = new("Bearer", "from-the-environment-1");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/sweeps")).StatusCode);

        // An open event stream must not keep it.
        using var watching = await client.GetAsync($"/api/sweeps/{service.Waiting}/events", HttpCompletionOption.ResponseHeadersRead);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("1 token", error);
        Assert.DoesNotContain("   at ", error);
        Assert.DoesNotContain("from-the-environment-1", error);
    }

    [Theory]
    [InlineData("without a token", "--urls", "http://0.0.0.0:0")]
    [InlineData("unknown option '--token'", "--token", "launch:never-on-a-command-line")]
    [InlineData("an address to listen on looks like", "--urls", "5050")]
    [InlineData("no file", "--token-file", "nowhere")]
    [InlineData("belong together", "--certificate", "nowhere")]
    public async Task What_cannot_be_meant_is_refused_before_a_store_is_opened(string says, params string[] arguments)
    {
        using var process = Start([("SWEEP_STORE", "postgresql://nobody@127.0.0.1:1/nothing")], ["reports", .. arguments]);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains(says, error);
        Assert.Equal(2, process.ExitCode);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_so()
    {
        using var process = Start([("SWEEP_STORE", Url())], "reports", "--urls", service.Address);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains("cannot listen on", error);
        Assert.Equal(2, process.ExitCode);
    }

    private string Url()
    {
        var login = new Npgsql.NpgsqlConnectionStringBuilder(service.Store.Ledger.Address.ConnectionString);
        return $"postgresql://{login.Username}:{Uri.EscapeDataString(login.Password!)}@/{login.Database}?host={login.Host}";
    }

    [Theory]
    [InlineData("at least 16 characters", "short")]
    [InlineData("a token is", "read:")]
    public async Task A_token_that_is_none_is_refused_and_not_repeated(string says, string token)
    {
        using var process = Start([("SWEEP_STORE", "postgresql://nobody@127.0.0.1:1/nothing"), ("SWEEP_TOKEN", token)], "reports", "--urls", "http://*:0");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains(says, error);
        Assert.Equal(2, process.ExitCode);
    }

    private static Process Start((string Name, string Value)[] variables, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sweep.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in (string[])["SWEEP_STORE", "SWEEP_TOKEN"])
            start.Environment.Remove(name);
        foreach (var (key, value) in variables)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }
}
