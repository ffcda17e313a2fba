using System.Runtime.Intrinsics;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.Random;
using SweepCluster.Training.Reference;

namespace SweepCluster.Training.Tests;

/// <summary>Every optimizer, loss, schedule and the clip against the code written for reading: the same bits, at every width.</summary>
public sealed class OptimizerTests
{
    public static IReadOnlyList<(string Name, OptimizerPlan Plan)> Optimizers => Plans.Optimizers;

    public static TheoryData<string, float, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, float, bool>();
            foreach (var (name, _) in Optimizers)
            {
                data.Add(name, 0, false);
                data.Add(name, 0.01f, true);
            }

            return data;
        }
    }

    public static OptimizerPlan Named(string name) => Optimizers.Single(optimizer => optimizer.Name == name).Plan;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_give_the_bits_of_the_reference_at_every_width(string optimizer, float penalty, bool clipped)
    {
        NetworkPlan[] networks =
        [
            new(1, 17, [33, 9], Activation.LeakyRelu, 0.03f, 1, Activation.Linear),
            new(18, null, [5, 20], Activation.Tanh, 0, 19, Activation.Linear),
            new(3, null, [], Activation.Linear, 0, 3, Activation.Linear),
        ];
        foreach (var network in networks)
        {
            var plan = Plans.Of(network, epochs: 2, batch: 7, l2: penalty, l1: penalty) with
            {
                Optimizer = Named(optimizer),
                ClipNorm = clipped ? 0.3f : null,
                Schedule = new CosineSchedule(0.1) { Warmup = 0.7 },
                Path = TrainingPath.Plain,
            };
            Check(plan, rows: 7, steps: 6);
        }
    }

    public static TheoryData<string, L1Step, PenaltyScope, double, double> Penalties
    {
        get
        {
            var data = new TheoryData<string, L1Step, PenaltyScope, double, double>();
            foreach (var (name, _) in Optimizers)
            {
                data.Add(name, L1Step.Proximal, PenaltyScope.Weights, 0, 0);
                data.Add(name, L1Step.Scaled, PenaltyScope.All, 2, 2);
                data.Add(name, L1Step.Scaled, PenaltyScope.Weights, 2, 1);
                data.Add(name, L1Step.Subgradient, PenaltyScope.Weights, 1.5, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Every_form_of_penalty_gives_the_bits_of_the_reference_at_every_width(string optimizer, L1Step l1Step, PenaltyScope scope, double p, double q)
    {
        NetworkPlan[] networks = [new(1, 17, [33, 9], Activation.LeakyRelu, 0.03f, 1, Activation.Linear), new(18, null, [5, 20], Activation.Tanh, 0, 19, Activation.Linear)];
        foreach (var network in networks)
        {
            var plan = Plans.Of(network, epochs: 2, batch: 7, l2: 0.01f, l1: 0.01f) with { Optimizer = Named(optimizer), Path = TrainingPath.Plain };
            plan = plan with
            {
                Regularization = plan.Regularization with { L1Step = l1Step, Scope = scope, Decay = 0.1f, Norm = p > 0 ? new NormPenalty(0.02f, p, q) : null },
            };
            Check(plan, rows: 7, steps: 6);
        }
    }

    public static TheoryData<LossKind, int> Losses
    {
        get
        {
            var data = new TheoryData<LossKind, int>();
            foreach (var loss in Enum.GetValues<LossKind>())
            {
                foreach (var outputs in (int[])[2, 3, 4, 5, 15, 16, 17, 40]) data.Add(loss, outputs);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_and_its_gradient_have_the_bits_of_the_reference_at_every_width(LossKind loss, int outputs)
    {
        foreach (var rows in (int[])[1, 2, 6, 17, 33])
        {
            var network = new NetworkPlan(2, null, [7], Activation.LeakyRelu, 0.03f, outputs, Activation.Linear);
            Check(Plans.Of(network, epochs: 1, batch: rows) with { Loss = new LossPlan(loss, 0.3f), Optimizer = new SgdPlan(20) }, rows, steps: 3);
        }
    }

    private static unsafe void Check(TrainingPlan plan, int rows, int steps)
    {
        var numbers = new OracleNumbers(rows + plan.Network.ParameterCount);
        var theta = numbers.Theta(plan.Network);
        var x = numbers.Take(rows * plan.Network.Inputs, 2);
        var isClasses = plan.Loss.Kind == LossKind.CrossEntropy;
        var y = isClasses
            ? [.. Enumerable.Range(0, rows).Select(r => (float)(r * 7 % plan.Network.Outputs))]
            : numbers.Take(rows * plan.Network.Outputs, 1);
        var data = DataSet.Create(plan.Network.Inputs, y.Length / rows, x, y, new Part[rows]);

        var trainers = Enum.GetValues<LaneWidth>().Select(width => Trainer.Create(plan, data, width)).ToList();
        trainers.ForEach(trainer =>
        {
            trainer.Parameters.Import(theta, trainer.Parameters.Theta);
            trainer.Refresh();
        });
        var optimizer = new ReferenceOptimizer(plan);
        for (var step = 1; step <= steps; step++)
        {
            var reference = new ReferenceNetwork<float>(plan.Network, theta, plan.Loss);
            reference.Forward(x, rows, null, 1);
            var loss = reference.Loss(y, rows);
            var gradient = reference.Gradient(x, y, rows, null, 1);
            optimizer.Step(step, batches: 1, theta, gradient);
            Assert.True(float.IsFinite(loss));
            foreach (var trainer in trainers)
            {
                Assert.Equal(loss, trainer.Train([.. Enumerable.Range(0, rows)], step, new RandomStream(1, Purpose.TrainingDropout)));
                var memory = trainer.Parameters;
                Assert.Equal(gradient, memory.Export(memory.Gradient));
                Assert.Equal(optimizer.First, memory.Export(memory.First));
                Assert.Equal(optimizer.Second, memory.Export(memory.Second));
                Assert.Equal(theta, memory.Export(memory.Theta));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_too_small_to_matter_is_flushed_at_every_width(string optimizer, float penalty, bool clipped)
    {
        _ = clipped;
        var network = new NetworkPlan(15, null, [], Activation.Linear, 0, 1, Activation.Linear);
        var plan = Plans.Of(network, l2: penalty) with { Optimizer = Named(optimizer) };
        float[] theta = [1e-30f, -1e-38f, 1e-45f, 2e-38f, -3e-20f, 0, 1, 1e-17f, -1e-17f, 1e-10f, 1.2e-38f, 1e-40f, 5e-39f, 1, 2, -1.18e-38f];
        float[] gradient = [.. theta.Select((t, i) => i % 3 == 0 ? 0 : t / 7)];
        var (expected, state) = ((float[])[.. theta], new ReferenceOptimizer(plan));
        for (var i = 0; i < theta.Length; i++) (state.First[i], state.Second[i]) = (theta[i] / 3, Math.Abs(theta[i] / 5));
        var (first, second) = ((float[])[.. state.First], (float[])[.. state.Second]);
        state.Step(5, 1, expected, [.. gradient]);

        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var memory = new ParameterMemory(network);
            Import(memory, theta, gradient, first, second);
            Step(width, plan, 5, memory);
            var (t, m, v) = Export(memory);
            Assert.Equal(expected, t);
            Assert.Equal(state.First, m);
            Assert.Equal(state.Second, v);
            Assert.DoesNotContain([.. t, .. plan.Optimizer.HasFirst ? m : [], .. plan.Optimizer.HasSecond ? v : []], number => number != 0 && !float.IsNormal(number));
        }
    }

    [Theory]
    [InlineData(1, 25, false)] // below the limit: left alone
    [InlineData(1000, 1.5f, false)]
    [InlineData(1000, 1.5f, true)]
    [InlineData(1e30f, 1.5f, false)] // squares overflow
    [InlineData(1e37f, 1.5f, true)]
    public void Clipping_brings_any_finite_gradient_to_the_limit_at_every_width(float size, float limit, bool isPiecewise)
    {
        var network = new NetworkPlan(1, 3, [18, 37], Activation.Relu, 0, 2, Activation.Linear);
        var plan = Plans.Of(network) with { Optimizer = new SgdPlan(0), ClipNorm = limit, Path = isPiecewise ? TrainingPath.PiecewiseLinear : TrainingPath.Plain };
        float[] gradient = [.. Enumerable.Range(0, network.ParameterCount).Select(i => size * (((i * 37) % 101 / 101f) - 0.5f))];
        float[] expected = [.. gradient];
        new ReferenceOptimizer(plan).Step(1, 1, new float[gradient.Length], expected);
        if (size == 1) Assert.Equal(gradient, expected);
        else Assert.Equal(1, Math.Sqrt(expected.Sum(g => (double)g * g)) / limit, 2e-6);

        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var memory = new ParameterMemory(network, isPiecewise ? 2 : -1);
            Import(memory, new float[gradient.Length], gradient, new float[gradient.Length], new float[gradient.Length]);
            Step(width, plan, 1, memory);
            Assert.Equal(expected, Gradient(memory));
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void Clipping_never_hides_a_gradient_that_is_not_finite(float number)
    {
        var network = new NetworkPlan(3, 18, [5], Activation.Relu, 0, 2, Activation.Linear);
        var plan = Plans.Of(network) with { ClipNorm = 1 };
        var gradient = new float[network.ParameterCount];
        gradient[40] = number;
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            var memory = new ParameterMemory(network);
            Import(memory, new float[gradient.Length], gradient, new float[gradient.Length], new float[gradient.Length]);
            Step(width, plan, 1, memory);
            Assert.All(Export(memory).Theta, theta => Assert.Equal(float.NaN, theta));
        }
    }

    private static unsafe void Import(ParameterMemory memory, float[] theta, float[] gradient, float[] first, float[] second)
    {
        memory.Import(theta, memory.Theta);
        memory.Import(gradient, memory.Gradient);
        memory.Import(first, memory.First);
        memory.Import(second, memory.Second);
    }

    private static unsafe (float[] Theta, float[] First, float[] Second) Export(ParameterMemory memory) =>
        (memory.Export(memory.Theta), memory.Export(memory.First), memory.Export(memory.Second));

    private static unsafe float[] Gradient(ParameterMemory memory) => memory.Export(memory.Gradient);

    private static void Step(LaneWidth width, TrainingPlan plan, long step, ParameterMemory memory)
    {
        var rate = plan.RateAt(step, 1);
        switch (width)
        {
            case LaneWidth.Vector512: OptimizerKernel<Lanes512, Vector512<float>>.Step(plan, step, rate, memory); break;
            case LaneWidth.Vector256: OptimizerKernel<Lanes256, Vector256<float>>.Step(plan, step, rate, memory); break;
            case LaneWidth.Vector128: OptimizerKernel<Lanes128, Vector128<float>>.Step(plan, step, rate, memory); break;
            default: OptimizerKernel<LanesScalar, float>.Step(plan, step, rate, memory); break;
        }
    }
}
