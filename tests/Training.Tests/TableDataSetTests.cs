namespace SweepCluster.Training.Tests;

public sealed class TableDataSetTests
{
    private static readonly Part[] Parts = [Part.Train, Part.Train, Part.Validation, Part.Train, Part.Test];

    private static DataSet Make(double[] x, Scaling scale, Imputation missing = Imputation.None, double[]? y = null) => TableDataSet.Create(
        new TableRows(5, 1, 1, x, y ?? [1, 2, 3, 4, 5], AreClasses: false, Parts), new TablePlan("t", 5, scale, missing, new SplitRatio(0.6, 0.2, 0.2), 1));

    [Fact]
    public void Scaling_knows_the_training_part_alone()
    {
        Assert.Equal([0, 0.5f, 9, 1, -10], Make([10, 15, 100, 20, -90], Scaling.MinMax).X.ToArray());
        Assert.Equal([0, 1 / 3f, 2 / 3f, 1, 4 / 3f], Make([10, 15, 100, 20, -90], Scaling.MinMax).Y.ToArray());
        Assert.Equal([10, 15, 100, 20, -90], Make([10, 15, 100, 20, -90], Scaling.None).X.ToArray());
        // Mean 15, deviation √(50/3).
        Assert.Equal(new double[] { -5, 0, 85, 5, -105 }.Select(d => (float)(d / Math.Sqrt(50 / 3.0))), Make([10, 15, 100, 20, -90], Scaling.Standard).X.ToArray());
    }

    [Fact]
    public void What_is_missing_gets_the_training_part_s_mean_or_median()
    {
        Assert.Equal([2, 8, 5, 5, 5], Make([2, 8, double.NaN, double.NaN, double.NaN], Scaling.None, Imputation.Mean).X.ToArray());
        Assert.Equal([2, 8, 3, 3, 100], Make([2, 8, double.NaN, 3, 100], Scaling.None, Imputation.Median).X.ToArray());
        Assert.Equal([0, 0, 100, 0, 100], Make([double.NaN, double.NaN, 100, double.NaN, 100], Scaling.None, Imputation.Mean).X.ToArray());
        Assert.Contains("at row 2, column 0", Assert.Throws<ArgumentException>(() => Make([1, 2, double.NaN, 4, 5], Scaling.MinMax)).Message);
        Assert.Contains("at row 3, column 0", Assert.Throws<ArgumentException>(() => Make([1, 2, 3, 4, 5], Scaling.MinMax, Imputation.Mean, [1, 2, 3, double.NaN, 5])).Message);
    }

    [Theory]
    [InlineData(Scaling.MinMax)]
    [InlineData(Scaling.Standard)]
    public void A_column_that_is_constant_in_the_training_part_is_shifted_to_zero(Scaling scale) =>
        Assert.Equal([0, 0, 1, 0, -7], Make([7, 7, 8, 7, 0], scale).X.ToArray());

    [Fact]
    public void Classes_are_not_scaled()
    {
        var data = TableDataSet.Create(new TableRows(5, 1, 1, [1, 2, 3, 4, 5], [0, 2, 1, 2, 0], AreClasses: true, Parts), new TablePlan("t", 5, Scaling.MinMax, Imputation.None, new SplitRatio(0.6, 0.2, 0.2), 1));
        Assert.Equal([0, 2, 1, 2, 0], data.Y.ToArray());
        Assert.Null(data.IrreducibleError);
    }

    [Fact]
    public void A_drawn_split_is_that_of_generated_data()
    {
        var plan = new TablePlan("t", 100, Scaling.None, Imputation.None, new SplitRatio(0.5, 0.3, 0.2), 9);
        var numbers = Enumerable.Range(0, 100).Select(i => (double)i).ToArray();
        var drawn = DataSet.Create(plan, new TableRows(100, 1, 1, numbers, numbers, AreClasses: false));
        Assert.Equal(Oscillation.Create(new OscillationPlan(100, 1, 1, 0, 0.1, Scaling.None, plan.Split, 9)).Parts.ToArray(), drawn.Parts.ToArray());
    }

    [Fact]
    public void Probabilities_add_up_however_large_the_outputs()
    {
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], Softmax.Rows([7, 7, 7, 7], 4));
        Assert.Equal([1, 0, 0, 1], Softmax.Rows([3e38f, -3e38f, -1e30f, 1e30f], 2));
        Assert.Equal(0.7310586f, Softmax.Rows([1, 0], 2)[0], 1e-6f);
    }

    [Fact]
    public void A_restored_session_says_what_the_trained_one_said()
    {
        var data = Oscillation.Create(Plans.Article(300) with { Split = new SplitRatio(0.5, 0.2, 0.3) });
        var plan = Plans.Of(Plans.Notebook, epochs: 3, dropout: 0.3, evaluation: DropoutEvaluation.On);
        var trained = TrainingSession.Start(plan, data);
        while (!trained.IsFinished) trained.RunEpoch();

        var restored = TrainingSession.Restore(plan, data, trained.Parameters(), 3);

        Assert.Equal(trained.EvaluateTest(), restored.EvaluateTest());
        Assert.Equal(trained.Predict(), restored.Predict());
        Assert.Throws<ArgumentException>(() => TrainingSession.Restore(plan, data, [1, 2], 3));
    }
}
