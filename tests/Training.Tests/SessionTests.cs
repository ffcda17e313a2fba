namespace SweepCluster.Training.Tests;

public sealed class SessionTests
{
    private static readonly DataSet Curve = Oscillation.Create(Plans.Article(500) with { Split = new SplitRatio(0.6, 0.2, 0.2) });

    [Theory]
    [InlineData(0, TrainingPath.Plain)]
    [InlineData(0.3, TrainingPath.Plain)]
    [InlineData(0, TrainingPath.FoldedStem)]
    [InlineData(0.3, TrainingPath.FoldedStem)]
    [InlineData(0, TrainingPath.PiecewiseLinear)]
    [InlineData(0.3, TrainingPath.PiecewiseLinear)]
    public void Resuming_at_any_epoch_ends_like_the_uninterrupted_trial(double dropout, TrainingPath path)
    {
        var plan = Plans.Of(Plans.Small, 5, l2: 1e-3f, l1: 1e-4f, dropout: dropout, evaluation: DropoutEvaluation.On) with { Path = path };
        var session = TrainingSession.Start(plan, Curve);
        var losses = new List<EpochLoss>();
        var checkpoints = new List<byte[]> { session.Checkpoint() };
        while (!session.IsFinished)
        {
            losses.Add(session.RunEpoch());
            checkpoints.Add(session.Checkpoint());
        }

        for (var epoch = 0; epoch < checkpoints.Count; epoch++)
        {
            var resumed = TrainingSession.Resume(plan, Curve, checkpoints[epoch]);
            Assert.Equal(epoch, resumed.Epoch);
            while (!resumed.IsFinished) Assert.Equal(losses[resumed.Epoch], resumed.RunEpoch());
            Assert.Equal(session.Parameters(), resumed.Parameters());
            Assert.Equal(checkpoints[^1], resumed.Checkpoint());
            Assert.Equal(session.Predict(), resumed.Predict());
        }
    }

    public static TheoryData<string> Optimizers => [.. OptimizerTests.Optimizers.Select(optimizer => optimizer.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_trial_of_any_optimizer_resumes_bit_for_bit_and_allocates_nothing(string optimizer)
    {
        var plan = Plans.Of(Plans.Small, 12, l2: 1e-3f) with
        {
            Optimizer = OptimizerTests.Named(optimizer),
            Schedule = new CosineSchedule(0.01) { Warmup = 1.5 },
            ClipNorm = 0.2f,
            Loss = LossPlan.Huber(0.1f),
        };
        var session = TrainingSession.Start(plan, Curve);
        session.RunEpoch();
        session.RunEpoch();
        var checkpoint = session.Checkpoint();
        var blocks = 1 + (plan.Optimizer.HasFirst ? 1 : 0) + (plan.Optimizer.HasSecond ? 1 : 0);
        Assert.Equal((4 * blocks * Plans.Small.ParameterCount) + 80, checkpoint.Length);

        while (!session.IsFinished) session.RunEpoch();
        Assert.Equal(0, Allocation.Of(() =>
        {
            var again = TrainingSession.Resume(plan, Curve, checkpoint);
            again.RunEpoch();
            return again;
        }));

        var resumed = TrainingSession.Resume(plan, Curve, checkpoint);
        while (!resumed.IsFinished) resumed.RunEpoch();
        Assert.Equal(session.Parameters(), resumed.Parameters());
        Assert.Equal(session.Checkpoint(), resumed.Checkpoint());
    }

    [Fact]
    public void A_checkpoint_of_another_plan_data_set_or_version_is_refused()
    {
        var plan = Plans.Of(Plans.Small);
        var bytes = TrainingSession.Start(plan, Curve).Checkpoint();
        AssertRefused(plan with { Path = TrainingPath.Plain }, Curve, bytes, "another plan or data set");
        AssertRefused(plan with { Seed = 7 }, Curve, bytes, "another plan or data set");
        AssertRefused(plan with { Loss = LossPlan.Huber() }, Curve, bytes, "another plan or data set");
        AssertRefused(plan with { ClipNorm = 1 }, Curve, bytes, "another plan or data set");
        AssertRefused(plan with { Schedule = new StepSchedule(3) }, Curve, bytes, "another plan or data set");
        AssertRefused(plan with { Schedule = new ConstantSchedule { Warmup = 1 } }, Curve, bytes, "another plan or data set");
        AssertRefused(plan with { Optimizer = new AdamWPlan(1e-3f, 0.9f, 0.999f, 1e-8f, 0) }, Curve, bytes, "another plan or data set");
        AssertRefused(plan, Oscillation.Create(Plans.Article(501)), bytes, "another plan or data set");
        AssertRefused(plan, Curve, [.. bytes[..4], 9, .. bytes[5..]], "format version must be 2, found 9");
        AssertRefused(plan, Curve, bytes[..20], "found 20 bytes");
        AssertRefused(plan, Curve, bytes[..^1], "parameters in");
        AssertRefused(plan, Curve, [.. bytes[..100], (byte)(bytes[100] ^ 1), .. bytes[101..]], "damaged");
        Assert.Equal(0, TrainingSession.Resume(plan with { Epochs = 99 }, Curve, bytes).Epoch);
    }

    [Theory]
    [InlineData(0, TrainingPath.Plain)]
    [InlineData(0.2, TrainingPath.FoldedStem)]
    [InlineData(0, TrainingPath.PiecewiseLinear)]
    [InlineData(0.2, TrainingPath.PiecewiseLinear)]
    public void An_epoch_allocates_nothing(double dropout, TrainingPath path)
    {
        var plan = Plans.Of(Plans.Small, 11, dropout: dropout, evaluation: DropoutEvaluation.On) with { Path = path };
        Assert.Equal(0, Allocation.Of(() =>
        {
            var session = TrainingSession.Start(plan, Curve);
            session.RunEpoch();
            return session;
        }));
    }

    [Fact]
    public void Training_lowers_the_loss_towards_the_irreducible_error()
    {
        var data = Oscillation.Create(Plans.Article());
        var session = TrainingSession.Start(Plans.Of(Plans.Notebook, 20), data);
        var first = session.RunEpoch();
        EpochLoss last = default;
        while (!session.IsFinished) last = session.RunEpoch();
        Assert.True(last.IsFinite);
        Assert.True(last.Training < first.Training / 3, $"{first} → {last}");
        Assert.InRange(last.Validation, 0.9 * data.IrreducibleError!.Value, 6 * data.IrreducibleError.Value);
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        var plan = Plans.Of(Plans.Small, 1);
        Assert.Equal(Trained(plan), Trained(plan));
        Assert.NotEqual(Trained(plan), Trained(plan with { Seed = 43 }));

        static float[] Trained(TrainingPlan plan)
        {
            var session = TrainingSession.Start(plan, Curve);
            session.RunEpoch();
            return session.Parameters();
        }
    }

    [Fact]
    public void The_partial_batch_counts_as_one_batch_and_its_mean_is_over_its_own_rows()
    {
        // One batch of three rows and one of a single row, a network that outputs its bias, a learning rate of zero.
        var data = DataSet.Create(1, 1, new float[5], [1, 1, 1, 1, 4], [Part.Train, Part.Validation, Part.Validation, Part.Validation, Part.Validation]);
        var plan = new TrainingPlan(
            new NetworkPlan(1, null, [], Activation.Linear, 0, 1, Activation.Linear), 1, 3,
            AdamPlan.Default with { LearningRate = 0 }, RegularizationPlan.None, 1);
        var session = TrainingSession.Start(plan, data);
        var bias = (double)session.Parameters()[1];
        var expected = (Math.Pow(bias - 1, 2) + Math.Pow(bias - 4, 2)) / 2;
        Assert.Equal(expected, session.RunEpoch().Validation, 1e-6);
    }

    [Fact]
    public void The_test_part_is_evaluated_only_where_it_has_rows()
    {
        var withTest = TrainingSession.Start(Plans.Of(Plans.Small), Curve);
        Assert.True(double.IsFinite(withTest.EvaluateTest()));
        var without = TrainingSession.Start(Plans.Of(Plans.Small), Oscillation.Create(Plans.Article(100)));
        Assert.Contains("at least 1 row", Assert.Throws<InvalidOperationException>(() => without.EvaluateTest()).Message);
    }

    [Fact]
    public void A_fit_without_dropout_is_the_same_whatever_the_batch()
    {
        var one = TrainingSession.Start(Plans.Of(Plans.Small, batch: 64), Curve).Predict();
        var other = TrainingSession.Start(Plans.Of(Plans.Small, batch: 5000), Curve).Predict();
        Assert.Equal(Curve.Rows, one.Length);
        Assert.Equal(one, other);
    }

    [Fact]
    public void L1_leaves_exact_zeros_and_L2_does_not()
    {
        Assert.True(Zeros(Plans.Of(Plans.Small, 120, l1: 1f)) > 100);
        Assert.Equal(0, Zeros(Plans.Of(Plans.Small, 30, l2: 0.05f)));

        static int Zeros(TrainingPlan plan)
        {
            var session = TrainingSession.Start(plan, Curve);
            while (!session.IsFinished) session.RunEpoch();
            return session.Parameters().Count(t => t == 0);
        }
    }

    private static void AssertRefused(TrainingPlan plan, DataSet data, byte[] checkpoint, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => TrainingSession.Resume(plan, data, checkpoint)).Message);
}
