using SweepCluster.Training.Reference;

namespace SweepCluster.Training.Tests;

public sealed class GradientTests
{
    public static TheoryData<Activation, Activation, bool> Cases => new()
    {
        { Activation.LeakyRelu, Activation.Linear, false },
        { Activation.LeakyRelu, Activation.Linear, true },
        { Activation.LeakyRelu, Activation.Relu, true },
        { Activation.Tanh, Activation.Sigmoid, false },
        { Activation.Sigmoid, Activation.Tanh, true },
        { Activation.Relu, Activation.Linear, true },
        { Activation.Linear, Activation.Linear, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_gradient_is_the_slope_of_the_loss(Activation activation, Activation output, bool withDropout)
    {
        const int Rows = 7;
        const double Step = 1e-6;
        const double Scale = 4.0 / 3;
        var plan = new NetworkPlan(2, 4, [6, 5], activation, 0.03f, 2, output);
        var numbers = new OracleNumbers(11);
        var theta = Array.ConvertAll(numbers.Theta(plan), v => v + 0.0123); // off the fractions, so that no z is exactly 0
        var x = Array.ConvertAll(numbers.Take(Rows * plan.Inputs, 2), v => (double)v);
        var y = Array.ConvertAll(numbers.Take(Rows * plan.Outputs, 1), v => (double)v);
        bool[][]? keep = withDropout ? [.. plan.Hidden.Select(w => Array.ConvertAll(numbers.Take(Rows * w, 1), v => v > -0.5f))] : null;

        var network = new ReferenceNetwork<double>(plan, theta);
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
                var shifted = new ReferenceNetwork<double>(plan, moved);
                shifted.Forward(x, Rows, keep, Scale);
                return shifted.Loss(y, Rows);
            }
        }
    }
}
