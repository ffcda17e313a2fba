using SweepCluster.Contracts.Searching;

namespace SweepCluster.Contracts.Tests;

public sealed class SearchTests
{
    private const string Mixed =
        """
        seed: 7
        replicates: 2
        grid: {training.epochs: [2, 3]}
        search:
          sampler: random
          configurations: 50
          space:
            regularization.l2: {log_uniform: [1e-6, 1e-2]}
            regularization.dropout.p: {uniform: [0.1, 0.3]}
            training.batch: {integer: [16, 19]}
            training.optimizer: {choice: [adam, sgd]}
            training.momentum: {uniform: [0.5, 0.9], when: {training.optimizer: sgd}}
            training.nesterov: {choice: ["off", "on"], when: {training.optimizer: sgd, training.epochs: 3}}
        """;

    [Fact]
    public void Every_value_lies_in_its_domain_and_conditions_hold()
    {
        var specification = Read(Mixed);
        Assert.Equal((100, 200), (specification.ConfigurationCount, specification.TrialCount));
        var seen = Enumerable.Range(0, 100).Select(i => specification.ConfigurationAt(i)).ToList();

        Assert.All(seen, c => Assert.InRange(c["regularization.l2"]!.AsNumber!.Value, 1e-6, 1e-2));
        Assert.All(seen, c => Assert.InRange(c["regularization.dropout.p"]!.AsNumber!.Value, 0.1, 0.3));
        Assert.Equal(["16", "17", "18", "19"], seen.Select(c => c["training.batch"]!.ToString()!).Distinct().Order());
        Assert.All(seen, c => Assert.Equal(c["training.optimizer"]!.ToString() == "sgd", c["training.momentum"] is not null));
        Assert.All(seen, c => Assert.Equal(c["training.optimizer"]!.ToString() == "sgd" && c["training.epochs"]!.ToString() == "3", c["training.nesterov"] is not null));
        Assert.InRange(seen.Count(c => c["training.optimizer"]!.ToString() == "sgd"), 30, 70);
        Assert.Equal("0", specification.Value("training.momentum", seen.First(c => c["training.momentum"] is null)).ToString());
        // Half of the logarithms lie below the middle of the range.
        Assert.InRange(seen.Count(c => c["regularization.l2"]!.AsNumber < 1e-4), 30, 70);
    }

    [Fact]
    public void Each_point_of_the_grid_has_the_same_draws()
    {
        var specification = Read(Mixed);
        for (var i = 0; i < 50; i++)
            Assert.Equal(specification.ConfigurationAt(i)["regularization.l2"], specification.ConfigurationAt(i + 50)["regularization.l2"]);
    }

    /// <summary>These numbers are a promise: stored sweeps name configurations by their place.</summary>
    [Fact]
    public void Draws_are_what_they_always_were()
    {
        Assert.Equal(
            "training.epochs=2 regularization.l2=6.21756e-4 regularization.dropout.p=0.157449 training.batch=18 training.optimizer=sgd training.momentum=0.612873",
            Read(Mixed).ConfigurationAt(0).ToString());
        Assert.Equal(
            "training.epochs=2 regularization.l2=1.3902e-5 regularization.dropout.p=0.164814 training.batch=19 training.optimizer=adam",
            Read(Mixed.Replace("sampler: random", "sampler: sobol")).ConfigurationAt(0).ToString());
    }

    [Fact]
    public void A_longer_search_begins_with_the_shorter_and_another_key_moves_no_other()
    {
        var (shorter, longer) = (Read(Mixed.Replace("grid: {training.epochs: [2, 3]}", "training: {epochs: 3}")), Read(Mixed.Replace("grid: {training.epochs: [2, 3]}", "training: {epochs: 3}").Replace("configurations: 50", "configurations: 60")));
        Assert.Equal(shorter.ConfigurationAt(49), longer.ConfigurationAt(49));
        var added = Read(Mixed.Replace("  space:\n", "  space:\n    training.beta1: {uniform: [0.8, 0.9]}\n"));
        Assert.Equal(Read(Mixed).ConfigurationAt(17)["training.batch"], added.ConfigurationAt(17)["training.batch"]);
    }

    [Fact]
    public void Another_seed_draws_others()
    {
        foreach (var sampler in (string[])["random", "sobol"])
        {
            var file = Mixed.Replace("sampler: random", $"sampler: {sampler}");
            Assert.NotEqual(Read(file).ConfigurationAt(3), Read(file.Replace("seed: 7", "seed: 8")).ConfigurationAt(3));
            Assert.Equal(Read(file).ConfigurationAt(3), Read(file.Replace("seed: 7", "seed: 8").Replace("configurations:", "seed: 7\n  configurations:")).ConfigurationAt(3));
        }
    }

    [Fact]
    public void What_is_stored_draws_the_same()
    {
        var specification = Read(Mixed);
        var stored = Specification.FromJson(specification.ToJson());
        Assert.Equal(specification.ToJson(), stored.ToJson());
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(specification.ConfigurationAt(i), stored.ConfigurationAt(i)));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(specification.ConfigurationAt(i), Configuration.FromJson(specification.ConfigurationAt(i).ToJson())));
    }

    /// <summary>The first points of the sequence as Joe and Kuo's numbers give them.</summary>
    [Fact]
    public void Sobol_s_sequence_begins_as_it_does_elsewhere()
    {
        double[][] points = [[0, 0, 0], [0.5, 0.5, 0.5], [0.25, 0.75, 0.75], [0.75, 0.25, 0.25], [0.125, 0.625, 0.375], [0.625, 0.125, 0.875]];
        for (var i = 0; i < points.Length; i++)
            for (var d = 0; d < 3; d++)
                Assert.Equal(points[i][d], Sobol.At(d, i, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(12345u)]
    public void The_first_2_to_the_k_points_of_sobol_s_sequence_have_one_in_each_interval(uint? scramble)
    {
        for (var dimension = 0; dimension < Sobol.MaxDimensions; dimension++)
            for (var k = 1; k <= 10; k++)
                Assert.Equal(1 << k, Enumerable.Range(0, 1 << k).Select(i => (int)(Sobol.At(dimension, i, scramble + (uint)dimension) * (1 << k))).Distinct().Count());
        // The first two dimensions are a (0, 2)-sequence: any such box of area 2⁻ᵏ has exactly one.
        for (var a = 0; a <= 8; a++)
            Assert.Equal(256, Enumerable.Range(0, 256).Select(i => ((int)(Sobol.At(0, i, scramble) * (1 << a)), (int)(Sobol.At(1, i, scramble + 9) * (1 << (8 - a))))).Distinct().Count());
    }

    [Fact]
    public void Random_numbers_are_even_and_do_not_follow_one_another()
    {
        var stream = SampleNumbers.Stream(3, "training.batch");
        var numbers = Enumerable.Range(0, 100_000).Select(i => SampleNumbers.At(stream, i)).ToArray();
        // Five standard errors each.
        Assert.InRange(numbers.Average(), 0.5 - (5 / Math.Sqrt(12 * 1e5)), 0.5 + (5 / Math.Sqrt(12 * 1e5)));
        var squares = numbers.GroupBy(number => (int)(number * 100)).Sum(bin => Math.Pow(bin.Count() - 1000, 2) / 1000);
        Assert.InRange(squares, 99 - (5 * Math.Sqrt(198)), 99 + (5 * Math.Sqrt(198)));
        var following = numbers.Zip(numbers.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average() * 12;
        Assert.InRange(following, -5 / Math.Sqrt(1e5), 5 / Math.Sqrt(1e5));
    }

    private static Specification Read(string yaml)
    {
        var reading = SweepFile.Parse(yaml);
        Assert.Empty(reading.Problems);
        return reading.Specification!;
    }
}
