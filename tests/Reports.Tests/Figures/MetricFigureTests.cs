using SweepCluster.Contracts;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Store.Leases;

namespace SweepCluster.Reports.Tests.Figures;

/// <summary>What reports make of a program's metrics and of an objective that is no loss.</summary>
public sealed class MetricFigureTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private const string Yaml = "{trainer: {command: [x]}, objective: {metric: accuracy, direction: maximize}, grid: {hyperparameters.depth: [1, 2, 4]}}";

    // The middle one is the best, whatever its losses.
    private static double Accuracy(long ordinal, int epoch) => (ordinal == 1 ? 0.9 : 0.5 + (0.1 * ordinal)) * epoch / 20;

    private Task<SweepId> SweepAsync(string yaml = Yaml) => store.SweepAsync(
        yaml, StoreFixture.Complete, (claim, epoch) => [new Metric(epoch, "accuracy", Accuracy(claim.Ordinal, epoch)), new Metric(epoch, "f1", 0.25)]);

    [Fact]
    public async Task The_best_is_the_best_by_the_objective_and_its_metrics_are_drawn()
    {
        var sweep = await SweepAsync();
        var figure = await FigureAsync(sweep, "metrics");
        Assert.Contains("depth = 2", figure.Subtitle);
        Assert.Equal(["accuracy", "f1"], figure.Panels.Select(panel => panel.Marks[0].Name));
        var line = Assert.IsType<Line>(figure.Panels[0].Marks[0]);
        Assert.Equal((20, 20.0, 0.9), (line.X.Length, line.X[^1], line.Y[^1]));
    }

    [Fact]
    public async Task The_objective_is_drawn_over_epochs_for_each_value()
    {
        var figure = await FigureAsync(await SweepAsync(), "metric-curves");
        Assert.Equal([0.5, 0.9, 0.7], figure.Panels[0].Marks.OfType<Line>().Select(line => Math.Round(line.Y[^1], 9)));
    }

    [Fact]
    public async Task The_final_objective_is_drawn_against_each_hyperparameter_as_it_is_and_not_as_a_score()
    {
        var figure = await FigureAsync(await SweepAsync(), "final-metric");
        Assert.Equal([0.5, 0.9, 0.7], figure.Panels[0].Marks.OfType<Dots>().Single().Y.Select(y => Math.Round(y, 9)));
        Assert.Contains("more is better", figure.Caption);
        Assert.Equal("Final accuracy against each hyperparameter", figure.Title);
    }

    [Fact]
    public async Task A_sweep_without_metrics_has_none_of_these_figures()
    {
        var sweep = await store.SweepAsync("{grid: {regularization.l2: [0, 1e-3]}}", StoreFixture.Complete);
        await using var reader = await SweepReader.OpenAsync(store.Reader, CancellationToken.None);
        var names = SweepFigures.Kinds(new SweepTable(await reader.ColumnsAsync(sweep.Value, CancellationToken.None))).Select(kind => kind.Name);
        Assert.DoesNotContain(names, name => name.Contains("metric", StringComparison.Ordinal));
    }

    private const string Grid =
        "{trainer: {command: [x]}, replicates: 3, objective: {metric: accuracy, direction: maximize}, grid: {hyperparameters.depth: [1, 2, 4], training.learning_rate: [1e-3, 1e-4]}}";

    // The fixture's losses grow with the ordinal: by them the first configuration is the best, by accuracy the last but one.
    private Task<SweepId> GridAsync() => store.SweepAsync(
        Grid, StoreFixture.Complete,
        (claim, epoch) => [new Metric(epoch, "accuracy", (claim.Ordinal == 4 ? 0.9 : 0.5 + (0.02 * claim.Ordinal)) + (0.001 * claim.Replicate)), new Metric(epoch, "delay", 5 - claim.Ordinal)]);

    [Fact]
    public async Task Every_figure_that_compares_trials_goes_by_the_objective()
    {
        var sweep = await GridAsync();

        var map = await FigureAsync(sweep, "heat-map");
        var tiles = map.Panels[0].Marks.OfType<Tile>().OrderBy(tile => tile.Value).ToArray();
        Assert.Equal(("Accuracy over depth and α", 0.901), (map.Title, Math.Round(tiles[^1].Value, 9)));
        Assert.Equal((0, 1), (tiles[^1].Ink.Place, tiles[0].Ink.Place)); // the lighter the better
        Assert.Contains("the lighter the higher its accuracy", map.Caption);
        var frame = map.Panels[0].Marks.OfType<Highlight>().Single();
        Assert.Equal((tiles[^1].X, tiles[^1].Y), (frame.X, frame.Y));

        var parallel = await FigureAsync(sweep, "parallel-coordinates");
        Assert.Equal("depth = 4, α = 1e-3: 0.901", parallel.Panels[0].Marks.OfType<Line>().Single(line => line.Weight > 1).Name);
        Assert.Equal("accuracy", parallel.Panels[0].Marks.OfType<Upright>().Last().Label.ToString());

        var importance = await FigureAsync(sweep, "importance");
        Assert.StartsWith("Share of the variance of accuracy over 18 trials", importance.Subtitle);

        var paired = await FigureAsync(sweep, "paired-differences");
        Assert.StartsWith("best: depth = 4, α = 1e-3", paired.Subtitle);
        Assert.All(paired.Panels[0].Marks.OfType<Whisker>(), rival => Assert.True(rival.High < 0, rival.Name));

        var replicates = await FigureAsync(sweep, "replicates-hyperparameters-depth");
        Assert.Equal("Accuracy over replicates for each depth", replicates.Title);
        Assert.Contains(replicates.Panels[0].Marks.OfType<Line>(), line => Math.Abs(line.Y[^1] - 0.901) < 1e-9);

        var distribution = await FigureAsync(sweep, "metric-distribution");
        Assert.Equal(18, distribution.Panels[0].Marks.OfType<Tile>().Sum(bar => bar.Value));

        var scatter = await FigureAsync(sweep, "metric-scatter");
        Assert.Equal(["log10 validation loss", "log10 training loss"], scatter.Panels.Select(panel => panel.X.Label.ToString()));
    }

    [Fact]
    public async Task Figures_show_another_number_where_it_is_asked_for_and_the_best_stays_the_best()
    {
        var sweep = await GridAsync();

        var map = await FigureAsync(sweep, "heat-map", "delay");
        var frame = map.Panels[0].Marks.OfType<Highlight>().Single();
        var tiles = map.Panels[0].Marks.OfType<Tile>().OrderBy(tile => tile.Value).ToArray();
        Assert.Equal((0, 5), (tiles[0].Value, tiles[^1].Value));
        Assert.Equal((1, 0), (tiles.Single(tile => (tile.X, tile.Y) == (frame.X, frame.Y)).Value, tiles[0].Ink.Place));
        Assert.Contains("the frame marks the best by accuracy.", map.Caption);
        Assert.Equal("Validation loss over depth and α", (await FigureAsync(sweep, "heat-map", "validation")).Title);
        Assert.Equal("Training loss for each depth", (await FigureAsync(sweep, "metric-curves-hyperparameters-depth", "training")).Title);

        var unknown = await Assert.ThrowsAsync<UnknownMeasureException>(() => FigureAsync(sweep, "heat-map", "acuracy"));
        Assert.Equal("by: expected accuracy, validation, training, delay, found 'acuracy'", unknown.Message);
    }

    [Fact]
    public async Task The_report_and_its_summary_say_what_the_best_is_the_best_by()
    {
        var sweep = await GridAsync();
        var folder = Path.Combine(Path.GetTempPath(), "sweep-metric-" + Guid.NewGuid().ToString("N"));
        try
        {
            var report = await SweepReport.WriteAsync(store.Reader, sweep.Value, folder, new ReportOptions(By: "delay"), CancellationToken.None);

            Assert.Contains("metrics.csv", report.Files);
            var page = await File.ReadAllTextAsync(Path.Combine(folder, "index.html"));
            Assert.Contains("depth = 4, α = 1e-3 gives the highest accuracy, 0.901 on average over 3 replicates, at a validation loss of", page);
            Assert.Contains("The lowest validation loss, ", page);
            Assert.Contains("Figures that compare trials show delay, as was asked for; “best” is the best by accuracy.", page);
            Assert.Contains(">mean accuracy</th>", page);
            using var summary = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "summary.json")));
            var root = summary.RootElement;
            Assert.Equal(("accuracy", "maximize", "delay"), (root.GetProperty("objective").GetProperty("metric").GetString(), root.GetProperty("objective").GetProperty("direction").GetString(), root.GetProperty("shown").GetString()));
            Assert.Equal(0.901, root.GetProperty("best").GetProperty("value").GetDouble(), 1e-9);
            Assert.Equal([4], root.GetProperty("configurations").EnumerateArray().Where(one => one.GetProperty("difference").ValueKind == System.Text.Json.JsonValueKind.Null).Select(one => one.GetProperty("ordinal").GetInt32()));
            Assert.Equal(0.9, root.GetProperty("trials").EnumerateArray().First(trial => trial.GetProperty("ordinal").GetInt32() == 4).GetProperty("metrics").GetProperty("accuracy").GetDouble(), 1e-9);
            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "trials.csv"));
            Assert.EndsWith(",hyperparameters.depth,training.learning_rate,metrics.accuracy,metrics.delay", lines[0]);
            Assert.EndsWith(",1,1e-3,0.5,5", lines[1]);
            Assert.Equal(1 + (18 * 20 * 2), (await File.ReadAllLinesAsync(Path.Combine(folder, "metrics.csv"))).Length);
            var wrong = await Assert.ThrowsAsync<ReportException>(() => SweepReport.WriteAsync(store.Reader, sweep.Value, folder + "x", new ReportOptions(By: "nothing"), CancellationToken.None));
            Assert.Contains("found 'nothing'", wrong.Message);
            Assert.False(Directory.Exists(folder + "x"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_diagnosis_begins_with_the_best_by_the_objective()
    {
        // By training loss the greatest is asked for, which nobody would: only so is it another one than by validation loss.
        var sweep = await store.SweepAsync("{objective: {metric: training, direction: maximize}, grid: {regularization.l2: [0, 1e-3, 1e-2]}}", StoreFixture.Complete);

        var diagnosis = await SweepDiagnosis.ReadAsync(store.Reader, sweep.Value, CancellationToken.None);

        Assert.Equal(2, diagnosis!.Configurations[0].Ordinal);
        Assert.Equal("exact", diagnosis.SourceKind);
    }

    [Fact]
    public void A_report_does_not_say_how_a_program_takes_a_penalty() => Assert.Empty(Settings.Of(SweepFile.Parse("{trainer: {command: [x]}, regularization: {l2: 0.1}}").Specification!.ToJson()));

    private async Task<Figure> FigureAsync(SweepId sweep, string name, string? by = null)
    {
        await using var reader = await SweepReader.OpenAsync(store.Reader, CancellationToken.None);
        var row = (await reader.SweepAsync(sweep.Value, CancellationToken.None))!;
        return (await SweepFigures.ReadAsync(new ResultsReader(reader, row, by: by), name, CancellationToken.None))!;
    }
}
