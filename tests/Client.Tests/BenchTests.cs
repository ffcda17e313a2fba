using System.Text.Json;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

public sealed class BenchTests
{
    private static Task<Result> RunAsync(params string[] arguments) => SweepProgram.RunAsync("/nonexistent", Path.GetTempPath(), arguments);

    [Fact]
    public async Task The_kernel_benchmark_prints_JSON_and_times_a_fresh_process()
    {
        var result = await RunAsync("bench", "kernel", "--case", "width 32", "--rounds", "1", "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        using var json = JsonDocument.Parse(result.Output);
        Assert.True(json.RootElement.GetProperty("fma_peak_gflops").GetDouble() > 0);
        var one = Assert.Single(json.RootElement.GetProperty("cases").EnumerateArray());
        Assert.Equal("plain", one.GetProperty("path").GetString());
        Assert.True(one.GetProperty("fraction").GetDouble() > 0);
        Assert.True(one.GetProperty("cold_seconds").GetDouble() > 0);
        Assert.Equal(64, one.GetProperty("theta_sha256").GetString()!.Length);
    }

    [Fact]
    public async Task The_benchmark_of_programs_says_what_a_trial_takes_beyond_its_own()
    {
        var result = await RunAsync("bench", "command", "--trials", "3", "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        using var json = JsonDocument.Parse(result.Output);
        var (overhead, trial, program) = (json.RootElement.GetProperty("overhead_ms").GetDouble(), json.RootElement.GetProperty("trial_ms").GetDouble(), json.RootElement.GetProperty("program_ms").GetDouble());
        Assert.True(program > 0 && trial > 0 && Math.Abs(trial - program - overhead) < 0.01, result.Output);
    }

    [Fact]
    public async Task A_case_that_is_not_there_is_refused_with_the_cases_that_are()
    {
        var result = await RunAsync("bench", "kernel", "--case", "notbook");

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith("sweep: --case: no case has 'notbook' in it; they are notebook default, notebook plain,", result.Error);
    }
}
