using System.Text.Json;
using SweepCluster.Training.Diagnostics;

namespace SweepCluster.Training.Tests;

public sealed class BenchmarkTests
{
    [Fact]
    public void The_notebooks_trial_counts_29_75_gigaflop_of_products() =>
        Assert.Equal(29.75, KernelCase.All[0].Operations / 1e9, 0.01);

    [Fact]
    public void Every_case_can_be_trained_and_has_a_name_of_its_own()
    {
        Assert.Equal(KernelCase.All.Count, KernelCase.All.Select(one => (one.Name, one.Path)).Distinct().Count());
        Assert.All(KernelCase.All, one => Assert.Equal(0, TrainingSession.Start(one.Plan, KernelCase.Data).Epoch));
    }

    [Fact]
    public void A_report_has_the_documented_keys_and_allocates_nothing()
    {
        var one = new KernelCase("small", "default", Plans.Of(Plans.Small, 3));
        var report = KernelBenchmark.Run([one], 1, _ => 0.5);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(["fma_peak_gflops", "cases"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["name", "path", "fraction", "training_gflops", "epochs", "seconds_per_configuration", "cold_seconds", "allocated_bytes_per_step", "theta_sha256"],
            json.RootElement.GetProperty("cases")[0].EnumerateObject().Select(property => property.Name));
        var result = report.Cases.Single();
        Assert.Equal(0, result.AllocatedBytesPerStep);
        Assert.Equal(0.5, result.ColdSeconds);
        Assert.Equal(one.Operations / result.SecondsPerConfiguration / 1e9 / report.FmaPeakGflops, result.Fraction, 1e-9);
        Assert.Contains("| small | default | 3 |", report.ToTable());
    }

    [Fact]
    public void Slots_double_up_to_the_most_and_are_compared_with_one()
    {
        var report = new KernelReport(1, []) { Slots = SlotScaling.Run(3, 1) };
        Assert.Equal([1, 2, 3], report.Slots.Select(one => one.Slots));
        Assert.Equal(1, report.Slots[0].Efficiency);
        Assert.All(report.Slots, one => Assert.Equal(one.Efficiency * report.Slots[0].TrialsPerSecond * one.Slots, one.TrialsPerSecond, 1e-9));
        Assert.Contains("| 1 | ", report.ToTable());
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(
            ["slots", "trials_per_second", "efficiency"],
            json.RootElement.GetProperty("slots")[0].EnumerateObject().Select(property => property.Name));
    }
}
