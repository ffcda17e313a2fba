using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;
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
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1 - (1.0 / 3))]
    [InlineData(0.999)]
    public void Units_are_dropped_at_their_rate_and_scaled_to_the_same_expectation(double p)
    {
        const int Units = 64 * 64, Steps = 250;
        var dropped = 0L;
        for (var step = 0u; step < Steps; step++) dropped += Mask(p, Units, new RandomStream(7, Purpose.TrainingDropout, 3, step, 1)).Count(kept => !kept);
        const double Count = (double)Units * Steps;
        // Five standard deviations: one honest generator in two million fails.
        Assert.InRange((dropped - (p * Count)) / Math.Sqrt(Count * p * (1 - p)), -5, 5);
        var rate = DropoutRate.Of(p);
        Assert.Equal(1, rate.Threshold / 65536.0 * rate.Scale, 1e-6);
    }

    [Fact]
    public void Masks_of_other_units_rows_steps_epochs_layers_and_seeds_are_independent()
    {
        const double P = 0.3;
        const int Width = 64, Units = Width * 512;
        var stream = new RandomStream(11, Purpose.TrainingDropout, 2, 5, 1);
        var mask = Mask(P, Units, stream);
        for (var distance = 1; distance <= 3 * Width; distance++) Uncorrelated(mask[..^distance], mask[distance..], $"units {distance} apart");
        foreach (var other in (RandomStream[])
            [stream with { Step = 6 }, stream with { Epoch = 3 }, stream with { Part = 2 }, stream with { Part = 257 }, stream with { Seed = 12 }, stream with { Purpose = Purpose.MonteCarloDropout }])
            Uncorrelated(mask, Mask(P, Units, other), $"{other}");

        // Runs of kept units: their number is normal around 1 + 2·n·p·(1 − p) (Wald and Wolfowitz 1940).
        double kept = mask.Count(k => k), n = mask.Length, lost = n - kept;
        var runs = 1 + mask.Zip(mask.Skip(1), (a, b) => a == b ? 0 : 1).Sum();
        var expected = 1 + (2 * kept * lost / n);
        Assert.InRange((runs - expected) / Math.Sqrt((expected - 1) * (expected - 2) / (n - 1)), -5, 5);

        static void Uncorrelated(bool[] one, bool[] other, string who)
        {
            var both = one.Zip(other, (a, b) => !a && !b).Count(dropped => dropped);
            var z = (both - (P * P * one.Length)) / Math.Sqrt(one.Length * P * P * (1 - (P * P)));
            Assert.True(Math.Abs(z) < 5.5, $"{who}: {z} standard deviations");
        }
    }

    [Fact]
    public void How_many_units_of_a_row_are_dropped_is_binomial()
    {
        const double P = 0.2;
        const int Width = 16, Rows = 40_000;
        var mask = Mask(P, Width * Rows, new RandomStream(5, Purpose.TrainingDropout, 0, 0, 1));
        var found = new double[Width + 1];
        for (var row = 0; row < Rows; row++) found[mask.AsSpan(row * Width, Width).Count(false)]++;
        var (chance, expected) = (Math.Pow(1 - P, Width), new double[Width + 1]);
        for (var k = 0; k <= Width; k++)
        {
            expected[k] = chance * Rows;
            chance *= (Width - k) * P / ((k + 1) * (1 - P));
        }

        const int Tail = 9; // counts above are too rare for a class of their own
        var squares = Enumerable.Range(0, Tail).Sum(k => Squared(found[k], expected[k])) + Squared(found[Tail..].Sum(), expected[Tail..].Sum());
        Assert.InRange(squares, 0.8, 40); // χ² with 9 degrees of freedom: one in 5000 below, one in 130,000 above

        static double Squared(double observed, double expected) => (observed - expected) * (observed - expected) / expected;
    }

    [Fact]
    public void Each_layer_has_its_own_rate()
    {
        var byLayer = Plans.Of(Plans.Small, 2);
        byLayer = byLayer with { Regularization = byLayer.Regularization with { DropoutByLayer = [0.3, 0.3, 0.3] } };
        Assert.Equal(Last(Plans.Of(Plans.Small, 2, dropout: 0.3)), Last(byLayer));
        Assert.Equal(Last(Plans.Of(Plans.Small, 2)), Last(byLayer with { Regularization = byLayer.Regularization with { DropoutByLayer = [0, 0, 0] } }));

        // All of the second layer dropped: nothing reaches the layers below it from above.
        var start = TrainingSession.Start(byLayer, Curve).Parameters();
        var blocked = Last(byLayer with { Regularization = byLayer.Regularization with { DropoutByLayer = [0, 1, 0] } });
        var third = Plans.Small.Layers[3];
        Assert.Equal(start[..third.WeightOffset], blocked[..third.WeightOffset]);
        Assert.NotEqual(start[third.BiasOffset], blocked[third.BiasOffset]);

        static float[] Last(TrainingPlan plan)
        {
            var session = TrainingSession.Start(plan, Curve);
            while (!session.IsFinished) session.RunEpoch();
            return session.Parameters();
        }
    }

    [Fact]
    public void The_first_layers_rate_alone_decides_the_path()
    {
        var plan = Plans.Of(Plans.Notebook);
        Assert.Equal(TrainingPath.PiecewiseLinear, Path(0.2, 0.9, 0.5));
        Assert.Equal(TrainingPath.FoldedStem, Path(0.5, 0, 0));

        TrainingPath Path(params double[] rates) => (plan with { Regularization = plan.Regularization with { DropoutByLayer = rates } }).ResolvedPath;
    }

    private static unsafe bool[] Mask(double p, int units, RandomStream stream)
    {
        var words = Philox.RoundUp(DropoutMask.WordCount(units));
        var arena = new Arena(words);
        var memory = (uint*)arena.Take(words);
        Philox.Fill(LaneWidths.Best, stream, 0, memory, words, RandomStream.FastRounds);
        var mask = new DropoutMask(memory, DropoutRate.Of(p).Threshold, DropoutRate.Of(p).Scale);
        var kept = new bool[units];
        for (var first = 0; first < units; first += 16)
        {
            var dropped = mask.DroppedAt(first);
            for (var n = 0; n < 16; n++) kept[first + n] = (dropped >> n & 1) == 0;
        }

        GC.KeepAlive(arena);
        return kept;
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
