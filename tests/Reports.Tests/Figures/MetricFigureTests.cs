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
        var figure = await FigureAsync(await SweepAsync(), "objective");
        Assert.Equal([0.5, 0.9, 0.7], figure.Panels[0].Marks.OfType<Line>().Select(line => Math.Round(line.Y[^1], 9)));
    }

    [Fact]
    public async Task The_final_objective_is_drawn_against_each_hyperparameter_as_it_is_and_not_as_a_score()
    {
        var figure = await FigureAsync(await SweepAsync(), "final-objective");
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
        Assert.DoesNotContain(names, name => name.StartsWith("metrics", StringComparison.Ordinal) || name.Contains("objective", StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_does_not_say_how_a_program_takes_a_penalty() => Assert.Empty(Settings.Of(SweepFile.Parse("{trainer: {command: [x]}, regularization: {l2: 0.1}}").Specification!.ToJson()));

    private async Task<Figure> FigureAsync(SweepId sweep, string name)
    {
        await using var reader = await SweepReader.OpenAsync(store.Reader, CancellationToken.None);
        var row = (await reader.SweepAsync(sweep.Value, CancellationToken.None))!;
        return (await SweepFigures.ReadAsync(reader, row, name, null, CancellationToken.None))!;
    }
}
