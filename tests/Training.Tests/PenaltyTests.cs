namespace SweepCluster.Training.Tests;

/// <summary>
/// Penalties against what they are known to give: on a linear model ridge, lasso and elastic net have solutions that need no
/// training. Loss (1/n)·Σ(y − Xw − b)² with XᵀX = n/2·I has the gradient w − z, z = (2/n)·Xᵀy.
/// </summary>
public sealed class PenaltyTests
{
    private const int Rows = 16;
    private const int Columns = 6;
    private static readonly NetworkPlan Linear = new(Columns, null, [], Activation.Linear, 0, 1, Activation.Linear);
    private static readonly double[] Truth = [1.5, -0.8, 0.3, 0.05, 0, -0.02];

    // Columns of a Hadamard matrix without the constant one: orthogonal, mean 0.
    private static readonly (DataSet Data, double[] Z) Orthogonal = Make((row, column) => (System.Numerics.BitOperations.PopCount((uint)(row & (column + 1))) % 2 == 0 ? 1 : -1) / Math.Sqrt(2));
    private static readonly (DataSet Data, double[] Z) Correlated = Make((row, column) => (((row * 7) + (column * 3) + (row * column * 5)) % 11 / 5.0) - 1 + (row / 16.0));

    public static TheoryData<string, L1Step> RightSteps => new()
    {
        { "sgd", L1Step.Proximal },
        { "sgd", L1Step.Scaled },
        { "momentum", L1Step.Scaled },
        { "nesterov", L1Step.Scaled },
        { "adam", L1Step.Scaled },
        { "adamw", L1Step.Scaled },
        { "rmsprop", L1Step.Scaled },
        { "rmsprop with momentum", L1Step.Scaled },
    };

    [Theory]
    [MemberData(nameof(RightSteps))]
    public void On_an_orthogonal_design_the_lasso_is_soft_thresholding_with_exact_zeros(string optimizer, L1Step l1Step)
    {
        var w = Train(Orthogonal.Data, optimizer, new RegularizationPlan(0, 0.1f, 0, DropoutEvaluation.Off) { L1Step = l1Step, Scope = PenaltyScope.Weights });
        Close([.. Orthogonal.Z.Select(z => Soft(z, 0.1))], w, 2e-3);
        Assert.Equal([false, false, false, true, true, true], w.Take(Columns).Select(x => x == 0));
    }

    [Fact]
    public void A_subgradient_step_comes_near_the_lasso_and_never_to_zero()
    {
        var w = Train(Orthogonal.Data, "adam", new RegularizationPlan(0, 0.1f, 0, DropoutEvaluation.Off) { L1Step = L1Step.Subgradient, Scope = PenaltyScope.Weights });
        Close([.. Orthogonal.Z.Select(z => Soft(z, 0.1))], w, 1e-2);
        Assert.DoesNotContain(0, w);
    }

    [Fact]
    public void The_plain_proximal_step_under_Adam_is_another_penalty()
    {
        var w = Train(Orthogonal.Data, "adam", new RegularizationPlan(0, 0.1f, 0, DropoutEvaluation.Off) { Scope = PenaltyScope.Weights });
        Assert.True(Math.Abs(w[0] - Soft(Orthogonal.Z[0], 0.1)) > 0.05, "Adam divides the gradient by its size, and not the threshold");
    }

    [Theory]
    [MemberData(nameof(RightSteps))]
    public void Elastic_net_shrinks_what_the_lasso_left(string optimizer, L1Step l1Step)
    {
        var w = Train(Orthogonal.Data, optimizer, new RegularizationPlan(0.5f, 0.1f, 0, DropoutEvaluation.Off) { L1Step = l1Step, Scope = PenaltyScope.Weights });
        Close([.. Orthogonal.Z.Select(z => Soft(z, 0.1) / 1.5)], w, 2e-3);
        Assert.Equal(3, w.Take(Columns).Count(x => x == 0));
    }

    [Theory]
    [InlineData(PenaltyScope.All, "sgd")]
    [InlineData(PenaltyScope.Weights, "sgd")]
    [InlineData(PenaltyScope.All, "adam")]
    [InlineData(PenaltyScope.Weights, "adam")]
    [InlineData(PenaltyScope.Weights, "rmsprop")]
    public void Ridge_is_the_solution_of_its_normal_equations(PenaltyScope scope, string optimizer)
    {
        var w = Train(Correlated.Data, optimizer, new RegularizationPlan(0.3f, 0, 0, DropoutEvaluation.Off) { Scope = scope });
        Close(Ridge(Correlated.Data, 0.3, scope), w, 2e-3, withBias: true);
    }

    [Fact]
    public void On_correlated_columns_the_lasso_is_what_coordinate_descent_finds()
    {
        var expected = Lasso(Correlated.Data, 0.05);
        Assert.Contains(0, expected);
        foreach (var optimizer in (string[])["sgd", "adam"])
        {
            var w = Train(Correlated.Data, optimizer, new RegularizationPlan(0, 0.05f, 0, DropoutEvaluation.Off) { L1Step = L1Step.Scaled, Scope = PenaltyScope.Weights });
            Close(expected, w, 5e-3);
            Assert.Equal(expected.Take(Columns).Select(x => x == 0), w.Take(Columns).Select(x => x == 0));
        }
    }

    [Fact]
    public void The_Frobenius_norm_as_penalty_shortens_the_whole_vector()
    {
        // argmin ‖w − z‖²/2 + λ‖w‖₂ = z·(1 − λ/‖z‖)
        var w = Train(Orthogonal.Data, "sgd", new RegularizationPlan(0, 0, 0, DropoutEvaluation.Off) { Norm = new NormPenalty(0.4f, 2, 2) });
        var length = Math.Sqrt(Orthogonal.Z.Sum(z => z * z));
        Close([.. Orthogonal.Z.Select(z => z * (1 - (0.4 / length)))], w, 1e-4);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1.5, 3)]
    [InlineData(4, 1.25)]
    public unsafe void The_gradient_of_a_matrix_norm_is_its_finite_difference(double p, double q)
    {
        const int Outputs = 5, Inputs = 4;
        float[] w = [.. Enumerable.Range(0, Outputs * Inputs).Select(i => ((i * 37) % 41 / 20f) - 0.99f)];
        var gradient = new float[w.Length];
        fixed (float* weights = w, g = gradient) new NormPenalty(0.7f, p, q).AddGradient(weights, g, Outputs, Inputs, Inputs, 1);
        for (var n = 0; n < w.Length; n++)
        {
            const double Step = 1e-6;
            double[] up = [.. w.Select((x, i) => x + (i == n ? Step : 0))], down = [.. w.Select((x, i) => x - (i == n ? Step : 0))];
            Assert.Equal(0.7 * (Norm(up) - Norm(down)) / (2 * Step), gradient[n], 1e-5);
        }

        double Norm(double[] matrix) => Math.Pow(
            Enumerable.Range(0, Inputs).Sum(j => Math.Pow(Enumerable.Range(0, Outputs).Sum(i => Math.Pow(Math.Abs(matrix[(i * Inputs) + j]), p)), q / p)), 1 / q);
    }

    [Fact]
    public void A_matrix_of_zeros_or_of_huge_numbers_has_a_finite_gradient()
    {
        float[] zeros = new float[6], huge = [3e38f, -3e38f, 1e-30f, 0, 2, 1e38f];
        Assert.All(Gradient(zeros), g => Assert.Equal(0, g));
        Assert.All(Gradient(huge), g => Assert.InRange(g, -1, 1));

        static unsafe float[] Gradient(float[] w)
        {
            var gradient = new float[w.Length];
            fixed (float* weights = w, g = gradient) new NormPenalty(1, 3, 5).AddGradient(weights, g, 2, 3, 3, 1);
            return gradient;
        }
    }

    [Fact]
    public void Decoupled_decay_is_the_coupled_penalty_under_gradient_descent_and_another_under_Adam()
    {
        var coupled = new RegularizationPlan(0.2f, 0, 0, DropoutEvaluation.Off);
        var decoupled = RegularizationPlan.None with { Decay = 0.2f };
        Close([.. Train(Correlated.Data, "sgd", coupled).Select(x => (double)x)], Train(Correlated.Data, "sgd", decoupled), 1e-5);
        var difference = Train(Correlated.Data, "adam", coupled).Zip(Train(Correlated.Data, "adam", decoupled), (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference > 1e-2);
    }

    [Fact]
    public void Decay_under_Adam_is_AdamW()
    {
        var adam = Plans.Of(Plans.Small, 2) with { Regularization = RegularizationPlan.None with { Decay = 0.5f } };
        var adamW = Plans.Of(Plans.Small, 2) with { Optimizer = AdamWPlan.Default with { WeightDecay = 0.5f } };
        var data = Oscillation.Create(Plans.Article(200));
        Assert.Equal(Last(adamW, data), Last(adam, data));
    }

    [Fact]
    public void With_weights_alone_a_penalty_leaves_the_biases_of_a_dead_network_alone()
    {
        // All dropped: weights feel the penalty only, biases nothing at all.
        var plan = Plans.Of(Plans.Small, 3, l2: 1, dropout: 1);
        var data = Oscillation.Create(Plans.Article(200));
        var start = TrainingSession.Start(plan, data).Parameters();
        var after = Last(plan with { Regularization = plan.Regularization with { Scope = PenaltyScope.Weights } }, data);
        foreach (var layer in Plans.Small.Layers.SkipLast(1))
        {
            var (weights, biases) = (layer.WeightOffset..layer.BiasOffset, layer.BiasOffset..(layer.BiasOffset + layer.Outputs));
            Assert.Equal(start[biases], after[biases]);
            Assert.All(start[weights].Zip(after[weights]), pair => Assert.True(Math.Abs(pair.Second) < Math.Abs(pair.First)));
        }
    }

    private static double Soft(double z, double threshold) => Math.Sign(z) * Math.Max(Math.Abs(z) - threshold, 0);

    private static float[] Train(DataSet data, string optimizer, RegularizationPlan regularization)
    {
        var named = OptimizerTests.Named(optimizer);
        var rate = named is SgdPlan { Momentum: var momentum } ? 0.1f * (1 - momentum) : 0.02f;
        var plan = new TrainingPlan(Linear, 4000, Rows, named is AdamWPlan w ? w with { LearningRate = rate, WeightDecay = 0 } : named with { LearningRate = rate }, regularization, 3)
        {
            Schedule = new CosineSchedule(1e-3),
        };
        return Last(plan, data);
    }

    private static float[] Last(TrainingPlan plan, DataSet data)
    {
        var session = TrainingSession.Start(plan, data);
        while (!session.IsFinished) session.RunEpoch();
        return session.Parameters();
    }

    private static void Close(double[] expected, float[] found, double tolerance, bool withBias = false)
    {
        for (var i = 0; i < (withBias ? Columns + 1 : Columns); i++) Assert.Equal(expected[i], found[i], tolerance);
    }

    private static (DataSet Data, double[] Z) Make(Func<int, int, double> design)
    {
        var x = new float[2 * Rows * Columns];
        var y = new float[2 * Rows];
        for (var row = 0; row < 2 * Rows; row++)
        {
            var target = 0.4 + (row % Rows % 3 / 10.0);
            for (var column = 0; column < Columns; column++)
            {
                x[(row * Columns) + column] = (float)design(row % Rows, column);
                target += Truth[column] * x[(row * Columns) + column];
            }

            y[row] = (float)target;
        }

        var parts = new Part[2 * Rows];
        Array.Fill(parts, Part.Validation, Rows, Rows);
        var z = Enumerable.Range(0, Columns).Select(column => 2.0 / Rows * Enumerable.Range(0, Rows).Sum(row => (double)x[(row * Columns) + column] * y[row])).ToArray();
        return (DataSet.Create(Columns, 1, x, y, parts), z);
    }

    /// <summary>(2/n)·AᵀA·v + λ·D·v = (2/n)·Aᵀy with A = [X, 1], D without the bias where only weights are shrunk.</summary>
    private static double[] Ridge(DataSet data, double lambda, PenaltyScope scope)
    {
        const int Size = Columns + 1;
        var m = new double[Size, Size + 1];
        for (var row = 0; row < Rows; row++)
        {
            for (var i = 0; i < Size; i++)
            {
                for (var j = 0; j < Size; j++) m[i, j] += 2.0 / Rows * A(row, i) * A(row, j);
                m[i, Size] += 2.0 / Rows * A(row, i) * data.Y[row];
            }
        }

        for (var i = 0; i < Columns; i++) m[i, i] += lambda;
        if (scope == PenaltyScope.All) m[Columns, Columns] += lambda;
        for (var i = 0; i < Size; i++)
        {
            for (var k = 0; k < Size; k++)
            {
                if (k == i) continue;
                var factor = m[k, i] / m[i, i];
                for (var j = i; j <= Size; j++) m[k, j] -= factor * m[i, j];
            }
        }

        return [.. Enumerable.Range(0, Size).Select(i => m[i, Size] / m[i, i])];

        double A(int row, int column) => column == Columns ? 1 : data.X[(row * Columns) + column];
    }

    /// <summary>Cyclic coordinate descent (Friedman, Hastie and Tibshirani 2010), the bias without penalty.</summary>
    private static double[] Lasso(DataSet data, double lambda)
    {
        var w = new double[Columns + 1];
        for (var round = 0; round < 20_000; round++)
        {
            for (var column = 0; column <= Columns; column++)
            {
                double product = 0, square = 0;
                for (var row = 0; row < Rows; row++)
                {
                    var residual = data.Y[row] - w[Columns];
                    for (var j = 0; j < Columns; j++) residual -= w[j] * data.X[(row * Columns) + j];
                    var a = column == Columns ? 1.0 : data.X[(row * Columns) + column];
                    product += 2.0 / Rows * a * (residual + (a * w[column]));
                    square += 2.0 / Rows * a * a;
                }

                w[column] = Soft(product, column == Columns ? 0 : lambda) / square;
            }
        }

        return w;
    }
}
