namespace SweepCluster.Training.Tests;

/// <summary>Many outputs and class targets: softmax cross-entropy from the data to the fit.</summary>
public sealed class ClassificationTests
{
    /// <summary>Which of three sectors of the plane a point lies in.</summary>
    private static DataSet Sectors(int rows = 300, int classes = 3)
    {
        var numbers = new OracleNumbers(5);
        var x = numbers.Take(2 * rows, 1);
        float[] y = [.. Enumerable.Range(0, rows).Select(r => (float)(x[2 * r] > 0.1f ? 0 : x[(2 * r) + 1] > 0 ? 1 : classes - 1))];
        return DataSet.Create(2, 1, x, y, [.. Enumerable.Range(0, rows).Select(r => r % 4 == 0 ? Part.Validation : Part.Train)]);
    }

    private static TrainingPlan Plan(int outputs = 3) =>
        Plans.Of(new NetworkPlan(2, null, [16], Activation.Tanh, 0, outputs, Activation.Linear), epochs: 40, batch: 16) with
        {
            Loss = LossPlan.CrossEntropy,
            Optimizer = new SgdPlan(0.3f, 0.9f),
        };

    [Fact]
    public void A_network_learns_classes()
    {
        var data = Sectors();
        var session = TrainingSession.Start(Plan(), data);
        var first = session.RunEpoch();
        EpochLoss last = default;
        while (!session.IsFinished) last = session.RunEpoch();
        Assert.True(last.Validation < 0.25 * first.Validation, $"{first} → {last}");

        var outputs = session.Predict();
        Assert.Equal(3 * data.Rows, outputs.Length);
        var right = Enumerable.Range(0, data.Rows).Count(r => Array.IndexOf(outputs[(3 * r)..(3 * r + 3)], outputs[(3 * r)..(3 * r + 3)].Max()) == (int)data.Y[r]);
        Assert.True(right > 0.97 * data.Rows, $"{right} of {data.Rows}");
        Assert.Equal(3 * data.Rows, session.PredictWithDropout(2).Mean.Length);
    }

    [Fact]
    public void Outputs_of_any_size_give_a_finite_loss()
    {
        var plan = Plan() with { Epochs = 3, Optimizer = new SgdPlan(3000) };
        var session = TrainingSession.Start(plan, Sectors());
        while (!session.IsFinished) Assert.True(session.RunEpoch().IsFinite);
        Assert.Contains(session.Predict(), y => Math.Abs(y) > 1000);
    }

    [Fact]
    public void More_classes_than_outputs_are_refused_with_their_place()
    {
        var message = Assert.Throws<ArgumentException>(() => TrainingSession.Start(Plan(), Sectors(classes: 4))).Message;
        Assert.Matches(@"^y: must be classes from 0 to 2, whole numbers below the network's 3 outputs, found 3 at row \d+, column 0$", message);
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(-1)]
    public void A_target_that_is_no_class_is_refused_with_its_place(float target)
    {
        var data = DataSet.Create(2, 1, new float[6], [0, target, 1], [Part.Train, Part.Train, Part.Validation]);
        Assert.EndsWith($"found {target} at row 1, column 0", Assert.Throws<ArgumentException>(() => TrainingSession.Start(Plan(), data)).Message);
    }

    [Fact]
    public void What_cannot_be_a_classifier_is_refused()
    {
        Assert.Contains("Output: must be Linear", Refusal(Plan() with { Network = Plan().Network with { Output = Activation.Sigmoid } }, Sectors()));
        Assert.Contains("Outputs: must be at least 2", Refusal(Plan(outputs: 1), Sectors()));
        Assert.Contains("Outputs: must be one column", Refusal(Plan(), DataSet.Create(2, 2, new float[4], new float[4], [Part.Train, Part.Validation])));

        static string Refusal(TrainingPlan plan, DataSet data) => Assert.Throws<ArgumentException>(() => TrainingSession.Start(plan, data)).Message;
    }
}
