using SweepCluster.Training.Data;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.Tests;

public sealed class AugmentationTests
{
    private static readonly DataSet Curve = Oscillation.Create(Plans.Article(2000));

    [Fact]
    public void Jitter_is_normal_noise_on_the_training_rows_alone_and_new_each_epoch()
    {
        var rows = Curve.RowsOf(Part.Train).ToArray();
        var jitter = new Jitter(new AugmentationPlan(0.2, 0.05), Curve, rows, 9);
        jitter.Draw(0);
        var (x, y) = (jitter.X.ToArray(), jitter.Y.ToArray());
        IsNormal([.. rows.Select(row => (x[row] - Curve.X[row]) / 0.2)]);
        IsNormal([.. rows.Select(row => (y[row] - Curve.Y[row]) / 0.05)]);
        Assert.InRange(Correlation([.. rows.Select(row => (double)x[row] - Curve.X[row])], [.. rows.Select(row => (double)y[row] - Curve.Y[row])]), -0.1, 0.1);
        foreach (var row in Curve.RowsOf(Part.Validation)) Assert.Equal((Curve.X[row], Curve.Y[row]), (x[row], y[row]));

        jitter.Draw(1);
        Assert.DoesNotContain(rows, row => jitter.X[row] == x[row]);
        Assert.InRange(Correlation([.. rows.Select(row => (double)x[row] - Curve.X[row])], [.. rows.Select(row => (double)jitter.X[row] - Curve.X[row])]), -0.1, 0.1);
        jitter.Draw(0);
        Assert.Equal(x, jitter.X.ToArray());
    }

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0, 0.1)]
    [InlineData(0.1, 0.1)]
    public void A_trial_with_jitter_has_the_same_bits_at_every_width_and_after_every_interruption(double inputs, double targets)
    {
        var plan = Plans.Of(Plans.Small, 3, dropout: 0.2) with { Augmentation = new AugmentationPlan(inputs, targets), Fraction = 0.3 };
        var session = TrainingSession.Start(plan, Curve);
        session.RunEpoch();
        var checkpoint = session.Checkpoint();
        while (!session.IsFinished) session.RunEpoch();
        var resumed = TrainingSession.Resume(plan, Curve, checkpoint);
        while (!resumed.IsFinished) resumed.RunEpoch();
        Assert.Equal(session.Parameters(), resumed.Parameters());
        Assert.Single(Enum.GetValues<LaneWidth>().Select(width => SmallTrials.Hash(plan, Curve, width)).Distinct());
        Assert.Throws<InvalidDataException>(() => TrainingSession.Resume(plan with { Augmentation = AugmentationPlan.None }, Curve, checkpoint));
        Assert.Throws<InvalidDataException>(() => TrainingSession.Resume(plan with { Fraction = 1 }, Curve, checkpoint));
    }

    [Fact]
    public void Jitter_of_inputs_leaves_the_path_that_needs_sorted_rows()
    {
        var plan = Plans.Of(Plans.Notebook);
        Assert.Equal(TrainingPath.PiecewiseLinear, (plan with { Augmentation = new AugmentationPlan(0, 0.1) }).ResolvedPath);
        Assert.Equal(TrainingPath.FoldedStem, (plan with { Augmentation = new AugmentationPlan(0.1, 0) }).ResolvedPath);
        Assert.Contains("Inputs: must be at least 0, found -1", Assert.Throws<ArgumentException>(() => TrainingSession.Start(plan with { Augmentation = new AugmentationPlan(-1, 0) }, Curve)).Message);
    }

    [Fact]
    public void Noise_of_inputs_is_a_ridge_penalty_on_a_linear_model()
    {
        // E over noise of (1/n)·Σ(y − w·(x + s·ε) − b)² is the loss + s²·w²: λ = 2s² in (λ/2)·w² (Bishop 1995).
        var x = Enumerable.Range(0, 400).Select(i => ((i % 200) - 99.5f) / 100).ToArray();
        var parts = Enumerable.Range(0, 400).Select(i => i < 200 ? Part.Train : Part.Validation).ToArray();
        var data = DataSet.Create(1, 1, x, [.. x.Select(v => (2 * v) + 0.3f)], parts);
        var linear = new NetworkPlan(1, null, [], Activation.Linear, 0, 1, Activation.Linear);
        var plan = new TrainingPlan(linear, 3000, 50, new SgdPlan(0.02f), RegularizationPlan.None, 1)
        {
            Augmentation = new AugmentationPlan(0.5, 0),
            Schedule = new CosineSchedule(1e-3),
        };
        var session = TrainingSession.Start(plan, data);
        while (!session.IsFinished) session.RunEpoch();
        var variance = x.Take(200).Average(v => (double)v * v);
        Assert.Equal(2 * variance / (variance + 0.25), session.Parameters()[0], 0.02);
    }

    [Fact]
    public void A_smaller_share_of_the_rows_is_part_of_a_larger_one_and_each_seed_has_its_own()
    {
        int[] Rows(double fraction, ulong seed = 42) => TrainingRows.Of(Plans.Of(Plans.Small, seed: seed) with { Fraction = fraction }, Curve);
        Assert.Equal(Curve.RowsOf(Part.Train).ToArray(), Rows(1));
        Assert.Equal([1, 1, 14, 140, 700, 1400], ((double[])[1e-9, 1e-3, 0.01, 0.1, 0.5, 1]).Select(fraction => Rows(fraction).Length));
        Assert.Subset(Rows(0.5).ToHashSet(), Rows(0.1).ToHashSet());
        Assert.Subset(Curve.RowsOf(Part.Train).ToArray().ToHashSet(), Rows(0.5).ToHashSet());
        Assert.Equal(Rows(0.1).Order(), Rows(0.1));
        Assert.NotEqual(Rows(0.1), Rows(0.1, seed: 43));
    }

    [Fact]
    public void With_fewer_rows_training_ends_lower_than_validation()
    {
        EpochLoss Last(double fraction)
        {
            var session = TrainingSession.Start(Plans.Of(Plans.Notebook, 60, 16) with { Fraction = fraction }, Curve);
            EpochLoss loss = default;
            while (!session.IsFinished) loss = session.RunEpoch();
            return loss;
        }

        var (few, all) = (Last(0.03), Last(1));
        Assert.True(few.Validation > all.Validation && few.Validation - few.Training > all.Validation - all.Training);
    }

    private static void IsNormal(double[] z)
    {
        Assert.InRange(z.Average() * Math.Sqrt(z.Length), -5, 5);
        Assert.InRange((z.Average(v => v * v) - 1) * Math.Sqrt(z.Length / 2.0), -5, 5);
        Assert.InRange(z.Count(v => Math.Abs(v) < 1) / (double)z.Length, 0.64, 0.73); // 0.683 of a normal
    }

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
