using SweepCluster.Training.Reference;

namespace SweepCluster.Training.Tests;

public sealed class GradientTests
{
    public static TheoryData<Activation, Activation, bool, LossKind> Cases => new()
    {
        { Activation.LeakyRelu, Activation.Linear, false, LossKind.MeanSquaredError },
        { Activation.LeakyRelu, Activation.Linear, true, LossKind.MeanSquaredError },
        { Activation.LeakyRelu, Activation.Relu, true, LossKind.MeanSquaredError },
        { Activation.Tanh, Activation.Sigmoid, false, LossKind.MeanSquaredError },
        { Activation.Sigmoid, Activation.Tanh, true, LossKind.MeanSquaredError },
        { Activation.Relu, Activation.Linear, true, LossKind.MeanSquaredError },
        { Activation.Linear, Activation.Linear, false, LossKind.MeanSquaredError },
        { Activation.LeakyRelu, Activation.Linear, true, LossKind.Huber },
        { Activation.Tanh, Activation.Sigmoid, false, LossKind.Huber },
        { Activation.LeakyRelu, Activation.Linear, false, LossKind.CrossEntropy },
        { Activation.Sigmoid, Activation.Linear, true, LossKind.CrossEntropy },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_gradient_is_the_slope_of_the_loss(Activation activation, Activation output, bool withDropout, LossKind kind)
    {
        const int Rows = 7;
        const double Step = 1e-6;
        const double Scale = 4.0 / 3;
        var plan = new NetworkPlan(2, 4, [6, 5], activation, 0.03f, kind == LossKind.CrossEntropy ? 5 : 2, output);
        var loss = new LossPlan(kind, 0.4f);
        var numbers = new OracleNumbers(11);
        var theta = Array.ConvertAll(numbers.Theta(plan), v => v + 0.0123); // off the fractions, so that no z is exactly 0
        var x = Array.ConvertAll(numbers.Take(Rows * plan.Inputs, 2), v => (double)v);
        var y = kind == LossKind.CrossEntropy
            ? [.. Enumerable.Range(0, Rows).Select(r => (double)(r % plan.Outputs))]
            : Array.ConvertAll(numbers.Take(Rows * plan.Outputs, 1), v => (double)v);
        bool[][]? keep = withDropout ? [.. plan.Hidden.Select(w => Array.ConvertAll(numbers.Take(Rows * w, 1), v => v > -0.5f))] : null;

        var network = new ReferenceNetwork<double>(plan, theta, loss);
        network.Forward(x, Rows, keep, Scale);
        var gradient = network.Gradient(x, y, Rows, keep, Scale);
        for (var i = 0; i < theta.Length; i++)
        {
            var slope = (LossAt(+Step) - LossAt(-Step)) / (2 * Step);
            Assert.Equal(slope, gradient[i], 1e-8);

            double LossAt(double shift)
            {
                var moved = (double[])theta.Clone();
                moved[i] += shift;
                var shifted = new ReferenceNetwork<double>(plan, moved, loss);
                shifted.Forward(x, Rows, keep, Scale);
                return shifted.Loss(y, Rows);
            }
        }
    }
}
