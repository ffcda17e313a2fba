using SweepCluster.Contracts;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Pages;
using SweepCluster.Reports.Rows;
using SweepCluster.Reports.Statistics;
using SweepCluster.Store.Leases;

namespace SweepCluster.Reports.Tests.Figures;

/// <summary>What reports say of penalties, amounts of data, Monte Carlo passes and stopping rules.</summary>
public sealed class PenaltyFigureTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Theory]
    [InlineData(2, 2, 5.477225575051661)] // √30
    [InlineData(2, 1, 7.634413615167959)] // √10 + √20
    [InlineData(1, 1, 10)]
    [InlineData(1, 2, 7.211102550927978)] // √(4² + 6²)
    [InlineData(3, 1.5, 5.746876966)]
    public void A_matrix_norm_is_taken_within_columns_and_then_over_them(double p, double q, double expected)
    {
        // Columns (1, 3) and (2, 4).
        Assert.Equal(expected, MatrixNorm.Of([1, -2, -3, 4], 2, p, q), p == 3 ? 1e-8 : 1e-12);
        Assert.Equal(0, MatrixNorm.Of([0, 0, 0, 0], 2, p, q));
    }

    [Fact]
    public void A_layer_counts_its_weights_and_not_its_biases()
    {
        var layer = LayerNumbers.Of(new LayerShape("hidden 1", 1, 6) { Outputs = 2 }, [9, 0, 1, 0.0005f, -2, 0, 0], (1, 1));
        Assert.Equal((2, 2, 3.0005, 0.25, 0.5), (layer.Outputs, layer.Inputs, Math.Round(layer.Entries, 6), layer.Zeros, layer.Small));
        Assert.Equal(3.0005, layer.Penalized!.Value.Norm, 1e-6);
    }

    [Fact]
    public async Task Sparsity_is_drawn_along_l1_with_a_line_for_each_step()
    {
        var sweep = await store.SweepAsync(
            """
            model: {stem: none, hidden: [9, 25]}
            grid: {regularization.l1_step: [scaled, subgradient], regularization.l1: [1e-4, 1e-3, 1e-2]}
            """,
            (claim, result) => StoreFixture.Complete(claim, result));
        var figure = await FigureAsync(sweep, "sparsity-regularization-l1");
        Assert.Equal(["exactly zero", "below 1e-3"], figure.Panels.Select(panel => panel.Title!.ToString()));
        Assert.Equal(2, figure.Panels[0].Marks.OfType<Line>().Count());
        Assert.All(figure.Panels[0].Marks.OfType<Line>(), line => Assert.Equal(3, line.X.Length));
        Assert.Equal(["l1 step = scaled", "l1 step = subgradient"], figure.Legend!.Entries.Select(entry => entry.Label.ToString()));
    }

    [Fact]
    public async Task A_learning_curve_has_training_and_validation_with_their_intervals()
    {
        var sweep = await store.SweepAsync("{replicates: 2, data: {points: 2000}, grid: {data.fraction: [0.1, 0.3, 1]}}", (claim, result) => StoreFixture.Complete(claim, result));
        var figure = await FigureAsync(sweep, "learning-curve");
        var lines = figure.Panels[0].Marks.OfType<Line>().ToArray();
        Assert.Equal(["Training loss", "Validation loss"], lines.Select(line => line.Name));
        Assert.All(lines, line => Assert.Equal(3, line.Y.Length));
        Assert.Equal(6, figure.Panels[0].Marks.OfType<Whisker>().Count());
        Assert.Contains("2 replicates", figure.Subtitle);
    }

    [Fact]
    public async Task Monte_Carlo_dropout_is_drawn_around_the_passes_mean_and_not_the_single_prediction()
    {
        float[] mean = [], spread = [];
        var sweep = await store.SweepAsync("regularization: {dropout: {p: 0.2, passes: 50}}", (claim, result) =>
        {
            var ending = (Ending.Completed)StoreFixture.Complete(claim, result);
            mean = [.. ending.Fit!.Prediction.Select(y => y + 0.25f)];
            spread = [.. mean.Select(_ => 0.1f)];
            return ending with { Fit = ending.Fit with { Mean = mean, Spread = spread } };
        });
        var figure = await FigureAsync(sweep, "monte-carlo-dropout");
        var line = Assert.Single(figure.Panels[0].Marks.OfType<Line>());
        var band = figure.Panels[0].Marks.OfType<Band>().Last();
        Assert.Equal(mean.Order().Select(y => (double)y), line.Y.Order());
        Assert.Equal(line.Y.Select(y => y - 0.1), band.Low.Select(y => y), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public async Task A_stopped_trial_says_by_what_and_a_restored_one_which_epoch_it_is()
    {
        var sweep = await store.SweepAsync("{stopping: {patience: 3}, grid: {regularization.l2: [1e-5, 1]}}", (claim, result) => claim.Ordinal == 0
            ? StoreFixture.Complete(claim, result)
            : (Ending.Completed)StoreFixture.Complete(claim, result) with
            {
                StoppedBecause = "early stopping at epoch 20: no validation loss below 1.00e-3 (epoch 17) in 3 epochs",
                StoppedBy = "patience",
                Restored = new EpochLosses(17, 0.5, 0.001),
            });
        await using var reader = await SweepReader.OpenAsync(store.Reader, CancellationToken.None);
        var row = (await reader.SweepAsync(sweep.Value, CancellationToken.None))!;
        var results = await new ResultsReader(reader, row).ReadAsync(Needs.Everything, CancellationToken.None);
        Assert.Contains(Finding.Of(results), sentence => sentence == "1 of 2 trials were stopped by a rule (1 by patience), after 20 epochs on average; 1 ended with the parameters of an earlier epoch, their best.");
        var trial = results.Trials.Single(t => t.StoppedBy == "patience");
        Assert.Equal((17, 0.001, 0.5), (trial.ThetaEpoch, trial.ValidationLoss, trial.TrainingLoss));
        var study = await TrialStudy.ReadAsync(reader, row, new ResultsReader(reader, row), trial.Id, CancellationToken.None);
        var page = TrialPage.Of(study, "../index.html");
        Assert.Contains("A rule stopped it: early stopping at epoch 20", page);
        Assert.Contains("17, of the least validation loss; 20 were trained", page);
    }

    [Theory]
    [InlineData("{regularization: {l1: 0, l2: 0}}")]
    [InlineData("{data: {points: 1000}, regularization: {l2: 0.1, l2_form: half_mean_square}}", "L2: half_mean_square, (λ/2m)‖θ‖²: λ/m·θ joins the gradient, m = 700 training rows.")]
    [InlineData("{regularization: {l2: 0.1}}", "L2: coupled: λ·θ joins the gradient before the optimizer's moments, as in the notebook.")]
    [InlineData("{regularization: {l1: 0.1, l1_step: subgradient, applies_to: weights}}", "L1: subgradient, λ·sign(θ) joins the gradient: no exact zeros.", "Penalties shrink weights alone, not biases.")]
    [InlineData("{regularization: {norm: {strength: 0.1, q: 1}}}", "Norm: λ times the sum over the layers of ‖W‖ with p = 2 within the weights that leave an input and q = 1 over the inputs.")]
    public void A_report_says_which_spelling_was_used(string yaml, params string[] sentences) =>
        Assert.Equal(sentences, Settings.Of(SweepFile.Parse(yaml).Specification!.ToJson()));

    [Fact]
    public void Spellings_of_a_later_version_are_left_out() => Assert.Empty(Settings.Of("""{"regularization":{"l2_form":"of tomorrow"}}"""));

    private async Task<Figure> FigureAsync(SweepId sweep, string name)
    {
        await using var reader = await SweepReader.OpenAsync(store.Reader, CancellationToken.None);
        var row = (await reader.SweepAsync(sweep.Value, CancellationToken.None))!;
        return (await SweepFigures.ReadAsync(reader, row, name, null, CancellationToken.None))!;
    }
}
