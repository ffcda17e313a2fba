using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;
using SweepCluster.Training.Reference;

namespace SweepCluster.Training.Tests;

/// <summary>Every path against its plain sibling: the same in real arithmetic, so only rounding may part them.</summary>
public sealed class PathTests
{
    public static TheoryData<int, int, Activation, bool, bool> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, Activation, bool, bool>();
            foreach (var rows in (int[])[1, 2, 17, 64])
            {
                foreach (var width in (int[])[1, 5, 16, 33, 64, 80])
                {
                    data.Add(rows, width, Activation.LeakyRelu, true, false);
                    data.Add(rows, width, Activation.LeakyRelu, true, true);
                    data.Add(rows, width, Activation.Relu, false, true);
                }
            }

            return data;
        }
    }

    /// <summary>The gradient's error is at most a millionth of its largest number, and no worse than 4 times the plain path's own.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_batchs_gradient_differs_by_rounding_only(int rows, int width, Activation activation, bool hasStem, bool hasDropout)
    {
        var network = new NetworkPlan(1, hasStem ? width : null, [width, 9, width], activation, 0.03f, 1, Activation.Linear);
        var numbers = new OracleNumbers(rows + width);
        var theta = Array.ConvertAll(numbers.Theta(network), t => t + 0.0123f); // off the fractions: no z is exactly 0
        var x = numbers.Take(rows, 4);
        Array.Sort(x);
        var y = numbers.Take(rows, 1);
        var data = DataSet.Create(1, 1, x, y, new Part[rows]);

        bool[][]? masks = hasDropout ? [.. network.Hidden.Select(w => Array.ConvertAll(numbers.Take(rows * w, 1), v => v > -0.5f))] : null;
        var scale = hasDropout ? 4.0 / 3 : 1;
        var exact = new ReferenceNetwork<double>(network, Array.ConvertAll(theta, t => (double)t));
        exact.Forward(Array.ConvertAll(x, v => (double)v), rows, masks, scale);
        var gradient = exact.Gradient(Array.ConvertAll(x, v => (double)v), Array.ConvertAll(y, v => (double)v), rows, masks, scale);
        var largest = gradient.Max(Math.Abs);
        var plain = ErrorOf(TrainingPath.Plain);
        Assert.InRange(ErrorOf(TrainingPath.PiecewiseLinear), 0, Math.Max(4 * plain, 2e-6));
        if (hasStem) Assert.InRange(ErrorOf(TrainingPath.FoldedStem), 0, Math.Max(4 * plain, 2e-6));

        double ErrorOf(TrainingPath path)
        {
            var found = GradientOf(path);
            return gradient.Zip(found, (a, b) => Math.Abs(a - b)).Max() / largest;
        }

        unsafe float[] GradientOf(TrainingPath path)
        {
            var trainer = Trainer.Create(Plans.Of(network, batch: Math.Max(rows, 16), dropout: hasDropout ? 0.25 : 0) with { Path = path }, data, LaneWidths.Best);
            trainer.Parameters.Import(theta, trainer.Parameters.Theta);
            trainer.Refresh();
            if (masks is not null) trainer.GiveMasks(masks);
            var order = Enumerable.Range(0, rows).ToArray();
            trainer.Arrange(order);
            trainer.Train(order, 1, new RandomStream(1, Purpose.TrainingDropout));
            return trainer.Parameters.Export(trainer.Parameters.Gradient);
        }
    }

    [Theory]
    [InlineData(TrainingPath.FoldedStem, 0)]
    [InlineData(TrainingPath.FoldedStem, 0.2)]
    [InlineData(TrainingPath.PiecewiseLinear, 0)]
    public void The_first_epochs_of_the_notebook_are_the_plain_paths_but_for_rounding(TrainingPath path, double dropout)
    {
        var data = Oscillation.Create(Plans.Article());
        var plan = Plans.Of(Plans.Notebook, 2, dropout: dropout);
        var plain = TrainingSession.Start(plan with { Path = TrainingPath.Plain }, data);
        var other = TrainingSession.Start(plan with { Path = path }, data);
        var (a, b) = (plain.RunEpoch(), other.RunEpoch());
        Assert.Equal(a.Training, b.Training, 1e-2 * a.Training);
        Assert.Equal(a.Validation, b.Validation, 0.1 * a.Validation);
        Assert.NotEqual(plain.Parameters(), other.Parameters());
    }

    [Fact]
    public void Walking_the_pieces_predicts_what_the_layers_predict()
    {
        var data = Oscillation.Create(Plans.Article());
        var session = TrainingSession.Start(Plans.Of(Plans.Notebook, 3), data);
        while (!session.IsFinished) session.RunEpoch();
        var walked = session.Trainer.PredictAtOnce(Part.Validation)!;
        var fit = session.Predict();
        foreach (var row in data.RowsOf(Part.Validation)) Assert.Equal(fit[row], walked[row], 3e-6);
    }

    [Fact]
    public void The_path_follows_from_the_plan()
    {
        Assert.Equal(TrainingPath.PiecewiseLinear, Plans.Of(Plans.Notebook).ResolvedPath);
        Assert.Equal(TrainingPath.PiecewiseLinear, Plans.Of(Plans.Notebook with { Stem = null, Activation = Activation.Relu }).ResolvedPath);
        Assert.Equal(TrainingPath.FoldedStem, Plans.Of(Plans.Notebook with { Activation = Activation.Tanh }).ResolvedPath);
        Assert.Equal(TrainingPath.FoldedStem, Plans.Of(Plans.Notebook with { Inputs = 2 }).ResolvedPath);
        Assert.Equal(TrainingPath.FoldedStem, Plans.Of(Plans.Notebook, batch: 15).ResolvedPath);
        Assert.Equal(TrainingPath.PiecewiseLinear, Plans.Of(Plans.Notebook, dropout: 0.4).ResolvedPath);
        Assert.Equal(TrainingPath.FoldedStem, Plans.Of(Plans.Notebook, dropout: 0.5).ResolvedPath);
        Assert.Equal(TrainingPath.Plain, Plans.Of(Plans.Notebook with { Inputs = 16 }).ResolvedPath);
        Assert.Equal(TrainingPath.Plain, (Plans.Of(Plans.Notebook) with { Path = TrainingPath.Plain }).ResolvedPath);
    }

    [Theory]
    [InlineData(TrainingPath.FoldedStem, "needs a stem")]
    [InlineData(TrainingPath.PiecewiseLinear, "needs one input")]
    public void A_path_that_does_not_fit_the_plan_is_refused(TrainingPath path, string message)
    {
        var plan = Plans.Of(new NetworkPlan(2, null, [4, 4], Activation.Tanh, 0, 1, Activation.Linear)) with { Path = path };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => TrainingSession.Start(plan, SmallTrials.Wide(2, 1))).Message);
    }
}
