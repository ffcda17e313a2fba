using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Tests;

public sealed class DropoutTests
{
    private static readonly DataSet Curve = Oscillation.Create(Plans.Article(300));

    [Theory]
    [InlineData(DropoutEvaluation.Off)]
    [InlineData(DropoutEvaluation.On)]
    public void With_everything_dropped_only_the_output_bias_learns(DropoutEvaluation evaluation)
    {
        var session = TrainingSession.Start(Plans.Of(Plans.Small, 4, dropout: 1, evaluation: evaluation), Curve);
        var before = session.Parameters();
        while (!session.IsFinished) Assert.True(session.RunEpoch().IsFinite);
        var after = session.Parameters();
        Assert.Equal(before[..^1], after[..^1]);
        Assert.NotEqual(before[^1], after[^1]);
        Assert.All(session.Predict(), y => Assert.True(float.IsFinite(y)));
    }

    [Fact]
    public void Evaluation_on_keeps_dropout_in_validation_and_fit_and_does_not_touch_training()
    {
        var off = TrainingSession.Start(Plans.Of(Plans.Small, 2, dropout: 0.4), Curve);
        var on = TrainingSession.Start(Plans.Of(Plans.Small, 2, dropout: 0.4, evaluation: DropoutEvaluation.On), Curve);
        var lossOff = off.RunEpoch();
        var lossOn = on.RunEpoch();
        Assert.Equal(lossOff.Training, lossOn.Training);
        Assert.NotEqual(lossOff.Validation, lossOn.Validation);
        Assert.Equal(off.Parameters(), on.Parameters());
        Assert.Equal(on.Predict(), on.Predict());
        Assert.True(Roughness(on.Predict()) > 5 * Roughness(off.Predict()));

        static double Roughness(float[] fit) => fit.Zip(fit.Skip(1), (a, b) => Math.Abs(a - b)).Sum();
    }

    [Fact]
    public void Monte_Carlo_passes_spread_where_there_is_dropout_and_only_there()
    {
        var session = TrainingSession.Start(Plans.Of(Plans.Small, 2, dropout: 0.3), Curve);
        session.RunEpoch();
        var (mean, spread) = session.PredictWithDropout(50);
        Assert.Equal(Curve.Rows, mean.Length);
        Assert.All(spread, s => Assert.True(s > 0 && float.IsFinite(s)));
        Assert.Equal(mean, session.PredictWithDropout(50).Mean);

        var plain = TrainingSession.Start(Plans.Of(Plans.Small, 2), Curve);
        Assert.All(plain.PredictWithDropout(3).Spread, s => Assert.Equal(0, s));
        Assert.Equal(plain.Predict(), plain.PredictWithDropout(3).Mean);
    }

    [Theory]
    [InlineData(0, 65536u, 1)]
    [InlineData(1, 0u, 0)]
    [InlineData(0.25, 49152u, 4 / 3f)]
    [InlineData(0.5, 32768u, 2)]
    [InlineData(1.0 / 9, 58254u, 65536 / 58254f)]
    public void A_rate_is_kept_in_units_of_two_to_the_minus_sixteen(double p, uint threshold, float scale)
    {
        Assert.Equal(threshold, DropoutRate.Of(p).Threshold);
        Assert.Equal(scale, DropoutRate.Of(p).Scale);
    }
}
