using SweepCluster.Training.Kernels;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.Random;
using SweepCluster.Training.Reference;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Tests;

/// <summary>Fast kernels against the slow code written for reading: the same bits, at every width, over awkward lengths.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<int, int> RowsAndWidths
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var rows in (int[])[1, 2, 3, 5, 6, 7, 24, 33])
            {
                foreach (var width in (int[])[1, 2, 5, 15, 16, 17, 31, 33, 48, 64, 80, 97]) data.Add(rows, width);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(RowsAndWidths))]
    public void A_step_gives_the_bits_of_the_reference_at_every_width(int rows, int width)
    {
        foreach (var activation in (Activation[])[Activation.LeakyRelu, Activation.Tanh, Activation.Sigmoid])
        {
            Check(new NetworkPlan(1, width, [width, 9], activation, 0.03f, 1, Activation.Linear), rows, dropout: 0.25);
            Check(new NetworkPlan(1 + (width % 3), width, [9, width], activation, 0.03f, 1, Activation.Linear), rows, dropout: 0, TrainingPath.FoldedStem);
            Check(new NetworkPlan(width, null, [3, width], activation, 0.03f, 1 + (width % 7), activation), rows, dropout: 0);
        }
    }

    private static unsafe void Check(NetworkPlan network, int rows, double dropout, TrainingPath path = TrainingPath.Plain)
    {
        var numbers = new OracleNumbers(rows + network.ParameterCount);
        var theta = numbers.Theta(network);
        var x = numbers.Take(rows * network.Inputs, 1);
        var y = numbers.Take(rows * network.Outputs, 1);
        bool[][]? masks = dropout > 0 ? [.. network.Hidden.Select(w => Array.ConvertAll(numbers.Take(rows * w, 1), v => v > -0.5f))] : null;
        var rate = DropoutRate.Of(dropout);
        var plan = Plans.Of(network, batch: rows, l2: 0.1f, l1: 0.5f, dropout: dropout) with { Path = path };
        var step = AdamStep.At(1, AdamPlan.Default, plan.Regularization);

        var isFolded = path == TrainingPath.FoldedStem;
        var reference = new ReferenceNetwork<float>(
            isFolded ? ReferenceFold.PlanOf(network) : network, isFolded ? ReferenceFold.Fold(network, theta) : theta);
        reference.Forward(x, rows, masks, rate.Scale);
        var gradient = reference.Gradient(x, y, rows, masks, rate.Scale);
        if (isFolded) gradient = ReferenceFold.Unfold(network, theta, gradient);
        var loss = reference.Loss(y, rows);
        float[] after = [.. theta], first = new float[theta.Length], second = new float[theta.Length];
        ReferenceAdam.Step(step, after, gradient, first, second);

        var data = DataSet.Create(network.Inputs, network.Outputs, x, y, new Part[rows]);
        foreach (var lanes in Enum.GetValues<LaneWidth>())
        {
            var trainer = Trainer.Create(plan, data, lanes);
            trainer.Parameters.Import(theta, trainer.Parameters.Theta);
            trainer.Refresh();
            if (masks is not null) trainer.GiveMasks(masks);
            Assert.Equal(loss, trainer.Train([.. Enumerable.Range(0, rows)], 1, new RandomStream(1, Purpose.TrainingDropout)));
            Assert.Equal(gradient, trainer.Parameters.Export(trainer.Parameters.Gradient));
            Assert.Equal(first, trainer.Parameters.Export(trainer.Parameters.First));
            Assert.Equal(second, trainer.Parameters.Export(trainer.Parameters.Second));
            Assert.Equal(after, trainer.Parameters.Export(trainer.Parameters.Theta));
        }
    }

    [Fact]
    public unsafe void Transposing_moves_every_number_whatever_the_shape()
    {
        for (var rows = 1; rows < 20; rows++)
        {
            for (var columns = 1; columns < 20; columns++)
            {
                var a = Enumerable.Range(1, rows * 24).Select(i => (float)i).ToArray();
                float[] fast = new float[24 * 24], slow = new float[24 * 24];
                fixed (float* source = a, one = fast, other = slow)
                {
                    Transpose.Copy(source, 24, rows, columns, one, 24);
                    Transpose.Reference(source, 24, rows, columns, other, 24);
                }

                Assert.Equal(slow, fast);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    public unsafe void Random_words_are_the_references_at_every_width(int lanes)
    {
        var stream = new RandomStream(0x0123_4567_89AB_CDEF, Purpose.Shuffle, 3, 4, 5);
        uint[] fast = new uint[320], slow = new uint[320];
        fixed (uint* one = fast, other = slow)
        {
            Philox.Fill((LaneWidth)lanes, stream, 77, one, fast.Length, 10);
            Philox.Reference(stream, 77, other, slow.Length, 10);
        }

        Assert.Equal(slow, fast);
    }

    [Fact]
    public unsafe void Adam_flushes_what_is_too_small_to_matter_at_every_width()
    {
        var step = AdamStep.At(3, AdamPlan.Default, new RegularizationPlan(1, 0, 0, DropoutEvaluation.Off));
        float[] theta = [1e-30f, -1e-38f, 1e-45f, 2e-38f, -3e-20f, 0, 1, 1e-17f, -1e-17f, 1e-10f, 1e-38f, 1e-40f, 5e-39f, 1, 2, 3];
        var moments = theta.Select(t => t / 3).ToArray();
        foreach (var width in Enum.GetValues<LaneWidth>())
        {
            float[] t = [.. theta], m = [.. moments], v = [.. moments.Select(MathF.Abs)], g = new float[16];
            float[] expectedT = [.. t], expectedM = [.. m], expectedV = [.. v];
            ReferenceAdam.Step(step, expectedT, g, expectedM, expectedV);
            fixed (float* pt = t, pg = g, pm = m, pv = v)
            {
                Step(width, step, pt, pg, pm, pv);
            }

            Assert.Equal(expectedT, t);
            Assert.Equal(expectedM, m);
            Assert.Equal(expectedV, v);
            Assert.DoesNotContain([.. t, .. m, .. v], x => x != 0 && !float.IsNormal(x));
        }
    }

    private static unsafe void Step(LaneWidth width, AdamStep step, float* t, float* g, float* m, float* v)
    {
        switch (width)
        {
            case LaneWidth.Vector512: AdamKernel<Lanes512, System.Runtime.Intrinsics.Vector512<float>>.Step(step, t, g, m, v, 16); break;
            case LaneWidth.Vector256: AdamKernel<Lanes256, System.Runtime.Intrinsics.Vector256<float>>.Step(step, t, g, m, v, 16); break;
            case LaneWidth.Vector128: AdamKernel<Lanes128, System.Runtime.Intrinsics.Vector128<float>>.Step(step, t, g, m, v, 16); break;
            default: AdamKernel<LanesScalar, float>.Step(step, t, g, m, v, 16); break;
        }
    }
}
