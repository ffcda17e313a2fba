using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SweepCluster.Reports.Export;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Tests.Figures;

/// <summary>The figures that compare configurations, as numbers.</summary>
public sealed class ComparisonTests
{
    private static readonly SweepResults Grid = SyntheticSweep.OfGrid();

    [Fact]
    public void A_grid_of_two_axes_and_replicates_has_every_comparison() =>
        Assert.Equal(
            ["final-losses", "heat-map", "parallel-coordinates", "importance", "paired-differences", "bias-variance"],
            SweepFigures.Of(Grid).Select(figure => figure.Name).SkipWhile(name => name != "final-losses").Take(6));

    [Fact]
    public void The_heat_map_has_a_cell_for_each_pair_and_marks_the_least()
    {
        var panel = Figure("heat-map").Panels[0];
        var tiles = panel.Marks.OfType<Tile>().ToArray();
        Assert.Equal(20, tiles.Length);
        var best = Assert.Single(panel.Marks.OfType<Highlight>());
        var least = tiles.MinBy(tile => tile.Value)!;
        Assert.Equal((least.X, least.Y), (best.X, best.Y));
        Assert.Equal(Grid.Best!.ValidationLoss, least.Value, 1e-15);
        Assert.Equal(0, least.Ink.Place);
        Assert.Equal(1, tiles.MaxBy(tile => tile.Value)!.Ink.Place);
    }

    [Fact]
    public void Paired_differences_are_ratios_to_the_best_within_replicates()
    {
        // λ = 2 is twice λ = 1 in each replicate, give or take a tenth of a decade; λ = 3 now above, now below.
        var columns = new TrialColumns();
        double[][] logs = [[-3, -1, -2], [-2.6, -0.8, -1.7], [-3.5, -0.2, -2]];
        foreach (var (c, values) in logs.Index())
        {
            foreach (var (r, log) in values.Index())
                columns.Add((10 * c) + r, c, r, $$"""{"regularization.l2": {{c + 1}}}""", "Completed", 1, Math.Pow(10, log), null);
        }

        var table = new SweepTable(columns);
        var figure = PairedFigure.Of(table, Selection.Best(table))!;
        var whiskers = figure.Panels[0].Marks.OfType<Whisker>().ToArray();
        // Differences 0.4, 0.2, 0.3: mean 0.3, deviation 0.1; −0.5, 0.8, 0: mean 0.1, deviation 0.6557.
        double[] means = [0.1, 0.3], halves = [4.302652729749462 * 0.655743852430201 / Math.Sqrt(3), 4.302652729749462 * 0.1 / Math.Sqrt(3)];
        Assert.Equal(means, figure.Panels[0].Marks.OfType<Point>().SkipLast(1).Select(point => point.Y), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(means.Zip(halves, (mean, half) => mean - half), whiskers.Select(whisker => whisker.Low), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([InkRole.Truth, InkRole.Model], whiskers.Select(whisker => whisker.Ink.Role));
        Assert.Contains("cannot be told from it; 1 of 2.", figure.Caption);
        Assert.Null(PairedFigure.Of(Table(("1", "1", 0.1), ("1", "2", 0.2)), null));
    }

    [Fact]
    public void A_cell_without_a_finished_trial_stays_empty_and_is_told()
    {
        var table = Table(("1", "1", 0.1), ("1", "2", 0.2), ("2", "1", 0.3), ("2", "2", null));
        var figure = HeatMapFigure.Of(table, Selection.Best(table), 0, 1, "")!;
        Assert.Single(figure.Panels[0].Marks.OfType<Tile>(), tile => double.IsNaN(tile.Value));
        Assert.Equal(["1 cell has no finished trial and stays empty."], figure.Notes!);
    }

    [Fact]
    public void Long_axes_are_gathered_into_bins_and_say_so()
    {
        var table = Random(5000);
        var figure = HeatMapFigure.Of(table, Selection.Best(table), 0, 1, "")!;
        Assert.True(figure.Panels[0].Marks.OfType<Tile>().Count() <= 900);
        Assert.Contains("bins", figure.Subtitle, StringComparison.Ordinal);
        var final = FinalLossFigure.Of(table, null)!;
        Assert.Equal(4, final.Panels.Sum(panel => panel.Marks.OfType<Band>().Count()));
        Assert.Contains("bands hold the middle 90 %", final.Subtitle, StringComparison.Ordinal);
        var parallel = ParallelFigure.Of(table, Selection.Best(table))!;
        Assert.Equal(300, parallel.Panels[0].Marks.OfType<Line>().Count());
        Assert.StartsWith("300 of 5,000 configurations: the best 50 and an even sample", parallel.Subtitle, StringComparison.Ordinal);
        var placed = PlacementFigure.Of(table, Selection.Best(table), 0.0005, true, false)!;
        Assert.Equal(5000, placed.Panels[0].Marks.OfType<Tile>().Sum(tile => tile.Value));
        Assert.Contains("Too many to draw one by one", placed.Notes![0], StringComparison.Ordinal);
        foreach (var drawn in new[] { figure, final, parallel, placed, ImportanceFigure.Of(table)! })
            Assert.True(FigureSvg.Draw(drawn).Length < 300_000, drawn.Name);
    }

    [Fact]
    public void Every_configuration_is_one_line_that_ends_at_its_loss()
    {
        var lines = Figure("parallel-coordinates").Panels[0].Marks.OfType<Line>().ToArray();
        Assert.Equal(20, lines.Length);
        Assert.All(lines, line => Assert.Equal(3, line.Y.Length));
        Assert.All(lines.SelectMany(line => line.Y), y => Assert.InRange(y, 0, 1));
        Assert.Equal(0, lines[^1].Y[2]);
        Assert.True(lines[^1].Weight > lines[0].Weight);
    }

    [Fact]
    public void Importance_is_the_share_of_variance_in_falling_order()
    {
        var bars = Figure("importance").Panels[0].Marks.OfType<Bar>().ToArray();
        Assert.Equal(4, bars.Length);
        Assert.Equal(1, bars.Sum(bar => bar.Length), 1e-9);
        Assert.True(bars[0].Length >= bars[1].Length);
        Assert.Equal(["several together", "chance"], bars[2..].Select(bar => bar.Name.Split(':')[0]));
    }

    [Fact]
    public void Replicates_give_a_mean_and_students_band()
    {
        var slice = Grid.Slices[0];
        var panel = ReplicateFigure.Of(slice, "", null)!.Panels[0];
        var logs = slice.Members[1].Replicates.Select(losses => Math.Log10(losses.Value[4])).ToArray();
        Assert.Equal(3, logs.Length);
        var half = 4.302652729749462 * MathNet.Numerics.Statistics.Statistics.StandardDeviation(logs) / Math.Sqrt(3);
        Assert.Equal(logs.Average(), panel.Marks.OfType<Line>().ElementAt(1).Y[4], 1e-12);
        Assert.Equal(logs.Average() + half, panel.Marks.OfType<Band>().ElementAt(1).High[4], 1e-9);
    }

    [Fact]
    public void One_replicate_has_no_band_and_no_figure() => Assert.Null(ReplicateFigure.Of(SyntheticSweep.OfL2().Slices[0], "", null));

    [Fact]
    public void Placement_is_in_factors_of_the_irreducible_error_of_each_trials_own_data()
    {
        var columns = new TrialColumns();
        columns.Add(1, 0, 0, """{"data.noise":0.1}""", "Completed", 0.01, 0.1, 0.001);
        columns.Add(2, 1, 0, """{"data.noise":0.2}""", "Completed", 0.01, 0.011, null);
        var placed = PlacementFigure.Placed(new SweepTable(columns), 0.01);
        Assert.Equal((1.0, 2.0, Lack.Variance), (Math.Round(placed[0].Bias, 12), Math.Round(placed[0].Error, 12), placed[0].Lack));
        Assert.Equal((0.0, Lack.None), (Math.Round(placed[1].Bias, 12), placed[1].Lack));
    }

    [Fact]
    public void Monte_Carlo_spread_is_drawn_where_the_store_has_it()
    {
        var figure = Figure("monte-carlo-dropout");
        var bands = figure.Panels[0].Marks.OfType<Band>().ToArray();
        var fit = Grid.BestResult!.Fit;
        var (mean, spread) = (fit.Prediction[25..50].Average(), Math.Sqrt(fit.Spread[25..50].Average(s => s * s)));
        Assert.Equal(mean + (2 * spread), bands[0].High[1], 1e-12);
        Assert.Equal(mean - spread, bands[1].Low[1], 1e-12);
        Assert.Contains("means over 25 neighbouring points", figure.Subtitle);
        Assert.Null(MonteCarloFigure.Of(SyntheticSweep.OfPlain().BestResult!, "", 0.001));
    }

    [Fact]
    public void Parameters_are_shown_over_epochs_and_in_each_layer()
    {
        Assert.Equal(["epoch 0", "epoch 5", "epoch 10", "epoch 15", "epoch 20"], Figure("parameters-over-epochs").Panels[0].Marks.OfType<Ridge>().Select(ridge => ridge.Name));
        Assert.Equal(["stem, 40 parameters", "hidden 1, 240 parameters", "output, 120 parameters"], Figure("parameters-per-layer").Panels.Select(panel => panel.Title!.ToString()));
    }

    [Fact]
    public void Layers_are_where_training_put_them()
    {
        var notebook = Contracts.SweepFile.Parse("name: a\nmodel: {preset: notebook}\n").Specification!;
        var layers = LayerShape.Of(notebook.ToJson(), 0, 0, 12_673);
        Assert.Equal([("stem", 0, 128), ("hidden 1", 128, 4160), ("hidden 2", 4288, 4160), ("hidden 3", 8448, 4160), ("output", 12608, 65)], layers.Select(l => (l.Name, l.Offset, l.Length)));
        Assert.Empty(LayerShape.Of(notebook.ToJson(), 0, 0, 12_674));
        Assert.Empty(LayerShape.Of("{}", 5, 0, 10));
        Assert.Empty(LayerShape.Of("""{"model":{"preset":"of tomorrow"}}""", 0, 0, 10));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.0)]
    public void Losses_that_are_no_numbers_or_zero_break_no_comparison(double loss)
    {
        var table = Table(("1", "1", loss), ("1", "2", 0.2), ("2", "1", loss), ("2", "2", 0.1));
        foreach (var figure in All(table))
            XDocument.Parse(FigureSvg.Draw(figure));
        var none = Table(("1", "1", double.NaN), ("2", "2", double.NaN));
        Assert.Empty(All(none));
    }

    [Fact]
    public void Equal_losses_and_one_single_point_still_make_figures()
    {
        foreach (var table in new[] { Table(("1", "1", 0.1), ("1", "2", 0.1), ("2", "1", 0.1), ("2", "2", 0.1)), Table(("1", "1", 0.1), ("2", "2", null)) })
        {
            foreach (var figure in All(table))
                XDocument.Parse(FigureSvg.Draw(figure));
            Assert.Null(ImportanceFigure.Of(table));
        }
    }

    [Fact]
    public void Names_of_ten_thousand_characters_stay_short_in_the_drawing()
    {
        var (key, value) = (new string('k', 10_000), new string('v', 10_000));
        var columns = new TrialColumns();
        for (var i = 0; i < 6; i++)
            columns.Add(i + 1, i, 0, JsonSerializer.Serialize(new Dictionary<string, object> { [key] = value + (i % 3), ["b"] = i / 3 }), "Completed", 0.1, 0.1 + (i * 0.01), null);
        foreach (var figure in All(new SweepTable(columns)))
        {
            var svg = FigureSvg.Draw(figure);
            Assert.True(svg.Length < 60_000, $"{figure.Name}: {svg.Length}");
            XDocument.Parse(svg);
        }
    }

    [Fact]
    public void A_figure_of_nothing_says_what_is_missing()
    {
        var table = new SweepTable(TrialColumns.Of([SyntheticSweep.Trial(1, "{}", null, "Pending")]));
        var root = XDocument.Parse(FigureSvg.Draw(EmptyFigure.Of("heat-map", "This figure needs a finished trial.", table))).Root!;
        Assert.Contains("This figure needs a finished trial.", root.Value, StringComparison.Ordinal);
        Assert.Contains("1 Pending", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_beside_a_figure_holds_its_numbers()
    {
        var rows = FigureTable.Rows(Figure("heat-map")).ToArray();
        Assert.Equal(20, rows.Length);
        Assert.All(rows, row => Assert.Equal("tile", row.Kind));
        var losses = FigureTable.Rows(SweepFigures.Of(SyntheticSweep.OfL2()).Single(figure => figure.Name == "training-losses")).ToArray();
        Assert.Equal((8 * 20) + 1, losses.Length);
        Assert.Equal(("λ = 1e-5", "line", 1.0), (losses[0].Series, losses[0].Kind, losses[0].X));
        var multiples = FigureTable.Rows(SweepFigures.Of(SyntheticSweep.OfDropout()).Single(figure => figure.Name == "predictions")).ToArray();
        Assert.Single(multiples.Where(row => row.Kind == "dots").Select(row => row.Panel).Distinct());
        Assert.Equal(4, multiples.Where(row => row.Kind == "line").Select(row => row.Panel).Distinct().Count());
    }

    [Fact]
    public async Task Every_table_can_be_read_back()
    {
        foreach (var figure in SweepFigures.Of(Grid))
        {
            using var text = new StringWriter { NewLine = "\n" };
            await FigureTable.WriteAsync(text, figure, default);
            var lines = text.ToString().TrimEnd('\n').Split('\n');
            Assert.Equal("panel,series,kind,x,y,low,high,value", lines[0]);
            Assert.True(lines.Length > 1, figure.Name);
            Assert.Equal(FigureTable.Rows(figure).Count(), lines.Length - 1);
        }
    }

    private static Figure Figure(string name) => SweepFigures.Of(Grid).Single(figure => figure.Name == name);

    private static IEnumerable<Figure> All(SweepTable table)
    {
        var best = Selection.Best(table);
        Figure?[] figures =
        [
            FinalLossFigure.Of(table, 0.001), table.Grid.Axes.Count > 1 ? HeatMapFigure.Of(table, best, 0, 1, "") : null, ParallelFigure.Of(table, best),
            ImportanceFigure.Of(table), PlacementFigure.Of(table, best, 0.001, true, true),
        ];
        return figures.OfType<Figure>();
    }

    private static SweepTable Table(params (string A, string B, double? Loss)[] trials)
    {
        var columns = new TrialColumns();
        foreach (var (i, (a, b, loss)) in trials.Index())
            columns.Add(i + 1, i, 0, $$"""{"a":{{a}},"b":{{b}}}""", loss is null ? "Failed" : "Completed", loss, loss, null);
        return new SweepTable(columns);
    }

    // A random search: no two values alike.
    private static SweepTable Random(int trials)
    {
        var (columns, noise) = (new TrialColumns(), new Noise(11));
        for (var i = 0; i < trials; i++)
        {
            var (a, b) = (noise.Next() + 0.001, noise.Next());
            columns.Add(
                i + 1, i, 0, string.Create(CultureInfo.InvariantCulture, $"{{\"regularization.l2\":{a:R},\"regularization.dropout.p\":{b:R}}}"), "Completed",
                0.001 + (a * b), 0.0012 + (a * b), null);
        }

        return new SweepTable(columns);
    }
}
