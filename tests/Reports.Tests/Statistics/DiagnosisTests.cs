namespace SweepCluster.Reports.Tests.Statistics;

public sealed class DiagnosisTests
{
    [Theory]
    [InlineData(1.0, 1.2, 1.0, Ailment.Neither)]
    [InlineData(9.8, 10.0, 1.0, Ailment.Bias)]
    [InlineData(1.1, 3.0, 1.0, Ailment.Variance)]
    [InlineData(2.3, 3.4, 1.0, Ailment.Both)]
    [InlineData(0.1, 2.0, 1.0, Ailment.Variance)] // learnt by heart: below the noise
    [InlineData(3.0, 2.5, 1.0, Ailment.Bias)]     // dropout makes the training loss the greater one
    [InlineData(0.5, 0.6, 0.0, Ailment.Bias)]
    public void It_says_what_is_high(double training, double validation, double irreducible, Ailment ailment)
    {
        var found = Diagnosis.Of(training, validation, irreducible)!;
        Assert.Equal(ailment, found.Ailment);
        Assert.Equal((training - irreducible, validation - training), (found.AvoidableBias, found.Variance));
        Assert.Equal(4, Enum.GetValues<Ailment>().Select(one => Next(one)).Distinct().Count());
        Assert.Equal(Next(ailment), found.Next);
    }

    [Fact]
    public void Without_numbers_it_says_nothing()
    {
        Assert.Null(Diagnosis.Of(double.NaN, 1, 1));
        Assert.Null(Diagnosis.Of(1, double.PositiveInfinity, 1));
        Assert.Null(Diagnosis.Of(1, 1, double.NaN));
    }

    /// <summary>A model whose bias, data variance, seed variance and noise are chosen gives them back.</summary>
    [Fact]
    public void The_parts_of_a_constructed_model_come_back()
    {
        const int Rows = 400, DataSets = 40, Replicates = 20;
        var (bias, data, seed, noise) = (0.5, 0.3, 0.2, 0.1);
        var random = new Random(5);
        var means = new double[DataSets][];
        var (error, variance) = (0.0, 0.0);
        for (var d = 0; d < DataSets; d++)
        {
            means[d] = new double[Rows];
            for (var row = 0; row < Rows; row++)
            {
                var shift = data * Normal(random);
                var y = noise * Normal(random);
                var f = Enumerable.Range(0, Replicates).Select(_ => bias + shift + (seed * Normal(random))).ToArray();
                means[d][row] = f.Average();
                error += f.Average(one => (one - y) * (one - y)) / (Rows * DataSets);
                variance += f.Sum(one => (one - means[d][row]) * (one - means[d][row])) / (Replicates - 1) / (Rows * DataSets);
            }
        }

        var over = Enumerable.Range(0, Rows).Average(row => Variance([.. means.Select(mean => mean[row])]));
        var found = Decomposition.Of(noise * noise, error, variance, over, Replicates, DataSets);

        // Four standard errors and less.
        Assert.Equal(seed * seed, found.SeedVariance, 0.002);
        Assert.Equal(data * data, found.DataVariance!.Value, 0.006);
        Assert.Equal(bias * bias, found.BiasSquared, 0.02);
        Assert.Equal(error, found.Noise + found.BiasSquared + found.DataVariance.Value + found.SeedVariance, 1e-12);
        var alone = Decomposition.Of(noise * noise, error, variance, null, Replicates, 1);
        Assert.Null(alone.DataVariance);
        Assert.Equal(found.BiasSquared + found.DataVariance.Value, alone.BiasSquared, 1e-12);
    }

    private static string Next(Ailment ailment) => ailment switch
    {
        Ailment.Bias => Diagnosis.Of(9.8, 10, 1)!.Next,
        Ailment.Variance => Diagnosis.Of(1.1, 3, 1)!.Next,
        Ailment.Both => Diagnosis.Of(2.3, 3.4, 1)!.Next,
        _ => Diagnosis.Of(1, 1.2, 1)!.Next,
    };

    private static double Variance(double[] values) => values.Sum(value => (value - values.Average()) * (value - values.Average())) / (values.Length - 1);

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
