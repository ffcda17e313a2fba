using System.Text.Json;
using System.Xml.Linq;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;
using SweepCluster.Reports.Svg;
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
            ["data", "model-losses", "model-prediction", "model-density", "parameters-over-epochs", "final-losses", "bias-variance", "training-losses", "predictions", "densities", "divergence"],
            first.Figures);
        Assert.Equal(
            [
                .. first.Figures.SelectMany(name => (string[])[$"figures/{name}.svg", $"figures/{name}.csv"]), "index.html",
                "trials/0-0.html", "trials/1-0.html", "trials/2-0.html", "summary.json", "trials.csv", "losses.csv",
            ],
            first.Files);
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
        Assert.Contains("λ = 1e-3 is not finished (Failed: training loss became NaN at epoch 7).", page, StringComparison.Ordinal);
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

    [Fact]
    public async Task The_irreducible_error_is_the_exact_one_of_the_data()
    {
        var id = await store.SweepAsync("name: exact\n" + Base, StoreFixture.Complete);
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "exact"), default);
        using var summary = await SummaryAsync(report);
        Assert.Equal(0.0005, summary.RootElement.GetProperty("irreducible_error").GetDouble());
        Assert.Equal("exact", summary.RootElement.GetProperty("irreducible_error_is").GetString());
        Assert.Contains("irreducible error, known exactly", await File.ReadAllTextAsync(Path.Combine(report.Directory, "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_figure_can_be_read_by_itself_and_is_the_one_of_the_report()
    {
        var id = await store.SweepAsync(
            "name: single\nreplicates: 2\n" + Base + "grid:\n  regularization.l2: [0, 0.1]\n  regularization.dropout.p: [0, 0.5]\n", StoreFixture.Complete);
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "single"), default);
        await using var reader = await SweepReader.OpenAsync(store.Reader, default);
        var sweep = (await reader.SweepAsync(id.Value, default))!;
        foreach (var name in report.Figures)
        {
            var figure = await SweepFigures.ReadAsync(reader, sweep, name, null, default);
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(report.Directory, "figures", name + ".svg")), FigureSvg.Draw(figure!));
        }

        Assert.Null(await SweepFigures.ReadAsync(reader, sweep, "no-such-figure", null, default));
        Assert.Equal("Nothing to draw yet", (await SweepFigures.ReadAsync(reader, sweep, "monte-carlo-dropout", null, default))!.Title);
    }

    [Fact]
    public async Task A_trials_page_tells_its_losses_attempts_and_hashes_even_where_it_failed()
    {
        var id = await store.SweepAsync(
            "name: pages\n" + Base + "grid:\n  regularization.l2: [1e-5, 1]\n",
            (claim, result) => claim.Ordinal == 0 ? StoreFixture.Complete(claim, result) : new Ending.Failed("<script>NaN</script> at epoch 7"));
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "pages"), default);
        var good = await File.ReadAllTextAsync(Path.Combine(report.Directory, "trials", "0-0.html"));
        Assert.Contains("the best of its sweep", good, StringComparison.Ordinal);
        Assert.Contains(new string('a', 64), good, StringComparison.Ordinal);
        Assert.Contains(new string('d', 64), good, StringComparison.Ordinal);
        Assert.Contains("<td>Completed</td>", good, StringComparison.Ordinal);
        Assert.Contains("figure-model-losses", good, StringComparison.Ordinal);
        var bad = await File.ReadAllTextAsync(Path.Combine(report.Directory, "trials", "1-0.html"));
        Assert.Contains("This trial failed after 20 epochs: &lt;script&gt;NaN", bad, StringComparison.Ordinal);
        Assert.Contains("<td>Failed</td>", bad, StringComparison.Ordinal);
        Assert.Contains("href=\"trials/1-0.html\"", await File.ReadAllTextAsync(Path.Combine(report.Directory, "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bandwidth_by_rule_is_used_and_named()
    {
        var id = await store.SweepAsync("name: bandwidth\n" + Base, StoreFixture.Complete);
        var report = await SweepReport.WriteAsync(store.Reader, id.Value, Path.Combine(_root, "scott"), new ReportOptions(Bandwidth.Scott), default);
        using var summary = await SummaryAsync(report);
        Assert.Equal("scott", summary.RootElement.GetProperty("density").GetProperty("bandwidth").GetString());
    }

    [Fact]
    public async Task A_large_sweep_lists_its_best_trials_and_draws_in_bins()
    {
        var created = await Bench.LargeSweep.CreateAsync(store.Ledger, 2000, default);
        var report = await SweepReport.WriteAsync(store.Reader, created.Value, Path.Combine(_root, "large"), new ReportOptions(MostTrialPages: 2), default);
        var page = await File.ReadAllTextAsync(Path.Combine(report.Directory, "index.html"));
        Assert.Contains("The best 200 of 2,000; trials.csv has all of them.", page, StringComparison.Ordinal);
        Assert.Equal(2001, File.ReadLines(Path.Combine(report.Directory, "trials.csv")).Count());
        Assert.Equal(1 + (2000 * 20), File.ReadLines(Path.Combine(report.Directory, "losses.csv")).Count());
        using var summary = await SummaryAsync(report);
        Assert.Equal(200, summary.RootElement.GetProperty("trials").GetArrayLength());
        Assert.Equal(2000, summary.RootElement.GetProperty("counts").GetProperty("completed").GetInt32());
        Assert.Equal(2, report.Files.Count(file => file.StartsWith("trials/", StringComparison.Ordinal)));
    }

    private static async Task<JsonDocument> SummaryAsync(ReportResult report) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(report.Directory, "summary.json")));
}
