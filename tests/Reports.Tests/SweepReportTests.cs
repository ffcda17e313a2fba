using System.Text.Json;
using System.Xml.Linq;
using SweepCluster.Store.Leases;

namespace SweepCluster.Reports.Tests;

public sealed class SweepReportTests(StoreFixture store) : IClassFixture<StoreFixture>, IDisposable
{
    private const string Base =
        """
        seed: 42
        data: {kind: oscillation, points: 240}
        training: {epochs: 20, batch: 16}

        """;

    private readonly string _root = Directory.CreateTempSubdirectory("sweep-reports-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task It_is_whole_and_the_same_bytes_twice_under_the_read_only_role()
    {
        var id = await store.SweepAsync("name: l2\n" + Base + "grid:\n  regularization.l2: [1e-5, 1e-3, 1]\n", StoreFixture.Complete);
        var first = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "first"), default);
        var second = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "second"), default);
        Assert.Equal(
            ["data", "model-losses", "model-prediction", "model-density", "training-losses", "predictions", "densities", "divergence"], first.Figures);
        Assert.Equal([.. first.Figures.Select(name => $"figures/{name}.svg"), "index.html", "summary.json", "trials.csv", "losses.csv"], first.Files);
        foreach (var file in first.Files)
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(first.Directory, file)), await File.ReadAllBytesAsync(Path.Combine(second.Directory, file)));
        foreach (var file in first.Files.Where(file => file.EndsWith(".svg", StringComparison.Ordinal)))
            XDocument.Load(Path.Combine(first.Directory, file));
        Assert.Equal(1 + (3 * 20), (await File.ReadAllLinesAsync(Path.Combine(first.Directory, "losses.csv"))).Length);
        Assert.Equal(1 + 3, (await File.ReadAllLinesAsync(Path.Combine(first.Directory, "trials.csv"))).Length);
        using var summary = await SummaryAsync(first);
        Assert.Equal(3, summary.RootElement.GetProperty("counts").GetProperty("completed").GetInt32());
        Assert.Equal(1e-5, summary.RootElement.GetProperty("best").GetProperty("configuration").GetProperty("regularization.l2").GetDouble());
        Assert.True(summary.RootElement.GetProperty("irreducible_error").GetDouble() > 0);
    }

    [Fact]
    public async Task A_grid_of_two_axes_and_replicates_is_cut_along_each_axis_and_says_so()
    {
        var id = await store.SweepAsync(
            "name: grid\nreplicates: 2\n" + Base + "grid:\n  regularization.l2: [0, 0.1]\n  regularization.dropout.p: [0, 0.5]\n", StoreFixture.Complete);
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "grid"), default);
        Assert.Contains("training-losses-regularization-l2", report.Figures);
        Assert.Contains("predictions-regularization-dropout-p", report.Figures);
        var svg = await File.ReadAllTextAsync(Path.Combine(report.Directory, "figures", "training-losses-regularization-l2.svg"));
        Assert.Contains("p = 0 held, as in the best configuration, one replicate of 2 drawn", svg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_and_running_trials_are_named_and_missing()
    {
        var id = await store.SweepAsync(
            "name: bad\n" + Base + "grid:\n  regularization.l2: [1e-5, 1e-3, 1]\n",
            (claim, result) => claim.Ordinal switch
            {
                0 => StoreFixture.Complete(claim, result),
                1 => new Ending.Failed("training loss became NaN at epoch 7"),
                _ => null,
            });
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "bad"), default);
        var page = await File.ReadAllTextAsync(Path.Combine(report.Directory, "index.html"));
        Assert.Contains("1 of 3 trials are finished (1 Completed, 1 Failed, 1 Running)", page, StringComparison.Ordinal);
        Assert.Contains("λ = 0.001 is not finished (Failed: training loss became NaN at epoch 7).", page, StringComparison.Ordinal);
        using var summary = await SummaryAsync(report);
        Assert.Equal(JsonValueKind.Null, summary.RootElement.GetProperty("trials")[1].GetProperty("entropy").ValueKind);
    }

    [Fact]
    public async Task A_sweep_that_nobody_has_begun_has_a_page_all_the_same()
    {
        var specification = Contracts.SweepFile.Parse("name: waiting\n" + Base).Specification!;
        var id = await store.Ledger.Launch.LaunchAsync(specification);
        await store.Ledger.Control.CancelAsync(id);
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "waiting"), default);
        Assert.Empty(report.Figures);
        Assert.Contains("No trial has finished", await File.ReadAllTextAsync(Path.Combine(report.Directory, "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_sweep_is_an_error_in_words_and_leaves_no_folder()
    {
        var error = await Assert.ThrowsAsync<ReportException>(() => SweepReport.WriteAsync(store.Reader, "nosuch00", Path.Combine(_root, "none"), default));
        Assert.Equal("sweep 'nosuch00': not found in this store; `sweep list` shows what it holds", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    private static async Task<JsonDocument> SummaryAsync(ReportResult report) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(report.Directory, "summary.json")));
}
