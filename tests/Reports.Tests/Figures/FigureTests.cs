using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;

namespace SweepCluster.Reports.Tests.Figures;

public sealed class FigureTests
{
    [Fact]
    public void A_sweep_over_one_axis_has_its_figures_in_reading_order() =>
        Assert.Equal(
            ["data", "model-losses", "model-prediction", "model-density", "final-losses", "bias-variance", "training-losses", "predictions", "densities", "divergence"],
            SweepFigures.Of(SyntheticSweep.OfL2()).Select(figure => figure.Name));

    [Fact]
    public void A_single_configuration_has_the_four_of_one_model_and_names_no_best()
    {
        var figures = SweepFigures.Of(SyntheticSweep.OfPlain());
        Assert.Equal(["data", "model-losses", "model-prediction", "model-density"], figures.Select(figure => figure.Name));
        Assert.Equal("", figures[1].Subtitle);
    }

    [Fact]
    public void Figures_of_one_model_say_whose_they_are() =>
        Assert.Equal("Best configuration, λ = 1e-5", Figure(SyntheticSweep.OfL2(), "model-losses").Subtitle);

    [Fact]
    public void The_data_are_split_by_part()
    {
        var figure = Figure(SyntheticSweep.OfL2(), "data");
        Assert.Equal("240 points: 168 training, 72 validation", figure.Subtitle);
        var dots = figure.Panels[0].Marks.Cast<Dots>().ToArray();
        Assert.Equal(["Training set", "Validation set"], dots.Select(d => d.Name));
        Assert.Equal([168, 72], dots.Select(d => d.X.Length));
    }

    [Fact]
    public void Losses_are_drawn_as_logarithms_to_the_base_ten()
    {
        var results = SyntheticSweep.OfL2();
        var lines = Figure(results, "training-losses").Panels[0].Marks.OfType<Line>().ToArray();
        Assert.Equal(8, lines.Length);
        Assert.Equal(Math.Log10(results.Slices[0].Members[3].Result.Losses.Training[4]), lines[3].Y[4], 14);
        Assert.Equal(5, lines[3].X[4]);
    }

    [Fact]
    public void Lines_go_from_light_to_dark_in_order_of_their_values()
    {
        var places = Figure(SyntheticSweep.OfL2(), "training-losses").Panels[0].Marks.OfType<Line>().Select(line => line.Ink.Place).ToArray();
        Assert.Equal(places.Order(), places);
        Assert.Equal(0, places[0]);
        Assert.Equal(1, places[^1]);
    }

    [Fact]
    public void A_loss_that_is_no_number_or_zero_leaves_a_gap_and_a_note()
    {
        var results = SyntheticSweep.OfPlain();
        var losses = new Losses([1, 2, 3, 4], [0.1, double.NaN, 0, double.PositiveInfinity], [0.1, 0.1, 0.1, 0.1]);
        var figure = LossFigures.OfModel(results.BestResult! with { Losses = losses }, "", null)!;
        var training = figure.Panels[0].Marks.OfType<Line>().First();
        Assert.Equal([true, false, false, false], training.Y.Select(double.IsFinite));
        Assert.Contains("training loss: 2 of 4 epochs are not finite numbers and leave a gap.", figure.Notes!);
        Assert.Contains(figure.Notes!, note => note.StartsWith("training loss: 1 of 4 epochs are exactly 0", StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", SweepCluster.Reports.Svg.FigureSvg.Draw(figure), StringComparison.Ordinal);
    }

    [Fact]
    public void Peaks_are_cut_above_the_initial_height_and_their_heights_are_told()
    {
        var results = SyntheticSweep.OfL2();
        var figure = Figure(results, "densities");
        var axis = figure.Panels[0].Y;
        var initial = results.Slices[0].Members[0].Result.Parameters!.Initial;
        Assert.Equal(2.3 * initial.Peak, axis.High, 12);
        Assert.Single(figure.Panels[0].Marks.OfType<Cut>(), cut => cut.From < 0 && cut.To > 0);
        var last = figure.Legend!.Entries[7];
        Assert.Equal("1", last.Label.ToString());
        Assert.Equal("↑ 0.40", last.Note);
        Assert.Equal("Initial", figure.Legend.Entries[8].Label.ToString());
        Assert.Equal(Swatch.Dot, figure.Legend.Entries[8].Swatch);
    }

    [Fact]
    public void Without_high_peaks_nothing_is_cut() =>
        Assert.Empty(Figure(SyntheticSweep.OfPlain(), "model-density").Panels[0].Marks.OfType<Cut>());

    [Fact]
    public void An_infinite_divergence_is_shown_at_the_edge_and_explained()
    {
        var figure = Figure(SyntheticSweep.OfL2(), "divergence");
        var above = figure.Panels[0];
        Assert.Equal(8, above.Marks.OfType<Point>().Count() + above.Marks.OfType<Beyond>().Count());
        Assert.Equal("λ = 1: infinite", above.Marks.OfType<Beyond>().Last().Name);
        Assert.Equal(0, above.Marks.OfType<Beyond>().Last().X);
        Assert.Contains("∞ at the upper edge", figure.Caption, StringComparison.Ordinal);
        Assert.Equal(8, figure.Panels[1].Marks.OfType<Point>().Count());
    }

    [Fact]
    public void Dropout_gives_small_multiples_on_one_scale()
    {
        var figure = Figure(SyntheticSweep.OfDropout(), "predictions");
        Assert.Equal(["p = 0", "p = 0.25", "p = 0.5", "p = 1"], figure.Panels.Select(panel => panel.Title!.ToString()));
        Assert.Single(figure.Panels.Select(panel => (panel.X.Low, panel.X.High, panel.Y.Low, panel.Y.High)).Distinct());
        Assert.Contains("left switched on", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runaway_prediction_does_not_set_the_scale()
    {
        var results = SyntheticSweep.OfPlain();
        var fit = results.BestResult!.Fit;
        var far = fit with { Prediction = [.. fit.Prediction.Select((p, i) => i == 5 ? 1e9 : i == 6 ? double.NaN : p)] };
        var figure = PredictionFigures.OfModel(results.BestResult with { Fit = far }, "")!;
        Assert.True(figure.Panels[0].Y.High < 2);
        Assert.Contains("The prediction: 1 of 240 predictions lie beyond the axis.", figure.Notes!);
        Assert.Contains("The prediction: 1 of 240 predictions are not finite numbers and leave a gap.", figure.Notes!);
    }

    [Fact]
    public void An_unfinished_trial_is_missing_with_its_reason()
    {
        var ok = SyntheticSweep.Trial(1, """{"regularization.l2":0.1}""");
        var bad = SyntheticSweep.Trial(2, """{"regularization.l2":1}""", null, "Failed", error: "loss became NaN at epoch 3");
        var none = new TrialResult(bad, Losses.None, Fit.None, null);
        var known = new Dictionary<long, TrialResult> { [1] = SyntheticSweep.OfPlain().BestResult! with { Trial = ok }, [2] = none };
        var sweep = new SweepRow("a", "a", "Failed", 2, 1, 1, SyntheticSweep.Json("{}"));
        var figures = SweepFigures.Of(SyntheticSweep.Assemble(sweep, [ok, bad], known));
        var losses = figures.Single(figure => figure.Name == "training-losses");
        Assert.Equal(["λ = 1 is not finished (Failed: loss became NaN at epoch 3)."], losses.Notes!);
        Assert.Single(losses.Panels[0].Marks.OfType<Line>());
    }

    [Fact]
    public void A_sweep_with_nothing_in_the_store_has_no_figures()
    {
        var trial = SyntheticSweep.Trial(1, "{}", null, "Pending");
        var known = new Dictionary<long, TrialResult> { [1] = new(trial, Losses.None, Fit.None, null) };
        Assert.Empty(SweepFigures.Of(SyntheticSweep.Assemble(new SweepRow("a", "a", "Pending", 1, 0, 0, default), [trial], known)));
        Assert.Empty(SweepFigures.Of(SyntheticSweep.Assemble(new SweepRow("a", "a", "Pending", 0, 0, 0, default), [], [])));
    }

    [Fact]
    public void One_single_point_and_equal_values_still_get_an_axis()
    {
        Assert.Equal((1.0, 3.0), Ends(Axis.Around("x", [2])));
        Assert.Equal((-0.0005, 0.0005), Ends(Axis.Around("x", [0, 0])));
        Assert.Equal((0.0, 1.0), Ends(Axis.Around("x", [double.NaN], 0)));

        static (double Low, double High) Ends(Axis axis) => (axis.Low, axis.High);
    }

    [Fact]
    public void The_statistics_need_the_parameters_before_training()
    {
        Assert.Null(ParameterStatistics.Of(null));
        Assert.Null(ParameterStatistics.Of(new Snapshots(10, [0.1f], 20, [0.1f])));
        Assert.Equal(0, ParameterStatistics.Of(new Snapshots(0, [0.1f], 0, [0.1f]))!.Divergence);
        Assert.Equal(double.PositiveInfinity, ParameterStatistics.Of(new Snapshots(0, [0.1f], 5, [0f]))!.Divergence);
    }

    private static Figure Figure(SweepResults results, string name) => SweepFigures.Of(results).Single(figure => figure.Name == name);
}
