using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Tests;

public sealed class RandomTests
{
    // kat_vectors of Random123, the authors' own implementation.
    [Theory]
    [InlineData(7, 0u, 0u, 0u, 0u, 0u, 0u, 0x5f6fb709u, 0x0d893f64u, 0x4f121f81u, 0x4f730a48u)]
    [InlineData(10, 0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(7, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x5207ddc2u, 0x45165e59u, 0x4d8ee751u, 0x8c52f662u)]
    [InlineData(10, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(7, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0x4dfccabau, 0x190a87f0u, 0xc47362bau, 0xb6b5242au)]
    [InlineData(10, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_words_its_authors_published(
        int rounds, uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal(new RandomBlock(w0, w1, w2, w3), Philox.Block(new RandomBlock(c0, c1, c2, c3), k0, k1, rounds));

    [Fact]
    public void Streams_of_different_names_share_no_block()
    {
        RandomStream[] streams =
        [
            new(1, Purpose.Shuffle), new(2, Purpose.Shuffle), new(1, Purpose.Split), new(1, Purpose.Shuffle, Epoch: 1),
            new(1, Purpose.Shuffle, Step: 1), new(1, Purpose.Shuffle, Part: 1), new(1UL << 32, Purpose.Shuffle),
        ];
        var blocks = streams.SelectMany(stream => Enumerable.Range(0, 1000).Select(i => Philox.Block(stream, (uint)i))).ToList();
        Assert.Equal(blocks.Count, blocks.Distinct().Count());
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(8.0 / 9)]
    public unsafe void Masks_drop_at_their_rate_independently_of_neighbour_row_and_step(double p)
    {
        const int Width = 64, Count = 64 * Width, Steps = 100;
        var rate = DropoutRate.Of(p);
        var kept = new bool[Steps * Count];
        var words = new uint[DropoutMask.WordCount(Count)];
        fixed (uint* memory = words)
        {
            for (var step = 0; step < Steps; step++)
            {
                Philox.Fill(LaneWidths.Best, new RandomStream(5, Purpose.TrainingDropout, 1, (uint)step), 0, memory, words.Length, RandomStream.FastRounds);
                var mask = new DropoutMask(memory, rate.Threshold, rate.Scale);
                for (nint e = 0; e < Count; e++) kept[(step * Count) + (int)e] = ((*mask.WordsAt(e) >> DropoutMask.ShiftAt(e)) & 0xFFFF) < rate.Threshold;
            }
        }

        // Five standard errors.
        var error = 5 * Math.Sqrt(p * (1 - p) / kept.Length);
        Assert.Equal(1 - p, kept.Average(k => k ? 1.0 : 0), error);
        foreach (var distance in (int[])[1, 4, 16, 32, Width, Count])
        {
            var both = Enumerable.Range(0, kept.Length - distance).Average(i => (kept[i] ? 1.0 : 0) * (kept[i + distance] ? 1 : 0));
            Assert.Equal((1 - p) * (1 - p), both, 5 * Math.Sqrt(p * (1 - p) / (kept.Length - distance)));
        }
    }

    [Fact]
    public void Shuffles_put_every_row_everywhere_equally_often()
    {
        const int Rows = 8, Times = 40_000;
        var counts = new int[Rows, Rows];
        var items = new int[Rows];
        for (var time = 0; time < Times; time++)
        {
            for (var i = 0; i < Rows; i++) items[i] = i;
            Shuffle.InPlace(LaneWidths.Best, new RandomStream(9, Purpose.Shuffle, (uint)time), items);
            for (var i = 0; i < Rows; i++) counts[i, items[i]]++;
        }

        var expected = (double)Times / Rows;
        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
    }

    [Fact]
    public void A_long_shuffle_is_a_permutation()
    {
        var items = Enumerable.Range(0, 7001).ToArray();
        Shuffle.InPlace(LaneWidths.Best, new RandomStream(9, Purpose.Shuffle), items);
        Assert.NotEqual(Enumerable.Range(0, 7001), items);
        Assert.Equal(Enumerable.Range(0, 7001), items.Order());
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        const int Count = 200_000;
        var z = Enumerable.Range(0, Count).Select(i => Normal.At(new RandomStream(3, Purpose.DataNoise), (uint)i)).ToArray();
        Assert.Equal(0, z.Average(), 5 / Math.Sqrt(Count));
        Assert.Equal(1, z.Average(v => v * v), 5 * Math.Sqrt(2.0 / Count));
        Assert.Equal(0, z.Average(v => v * v * v), 5 * Math.Sqrt(15.0 / Count));
        Assert.Equal(3, z.Average(v => v * v * v * v), 5 * Math.Sqrt(96.0 / Count));
        Assert.Equal(0.1586553, z.Count(v => v > 1) / (double)Count, 5 * Math.Sqrt(0.134 / Count));
        Assert.Equal(0, z.Where((_, i) => i % 2 == 0).Zip(z.Where((_, i) => i % 2 == 1), (a, b) => a * b).Average(), 5 / Math.Sqrt(Count / 2.0));
    }

    [Fact]
    public void Initial_weights_are_uniform_within_one_over_the_root_of_fan_in()
    {
        var theta = Network.InitialWeights.Create(Plans.Notebook, 42);
        Assert.Equal(12_673, theta.Length);
        foreach (var layer in Plans.Notebook.Layers)
        {
            var bound = 1 / Math.Sqrt(layer.Inputs);
            var numbers = theta.AsSpan(layer.WeightOffset, (layer.Inputs + 1) * layer.Outputs).ToArray();
            Assert.All(numbers, t => Assert.InRange(t, -bound, bound));
            Assert.Equal(0, numbers.Average(), 5 * bound / Math.Sqrt(3.0 * numbers.Length));
            Assert.Equal(bound * bound / 3, numbers.Average(t => (double)t * t), 5 * bound * bound * Math.Sqrt(4.0 / 45 / numbers.Length));
        }
    }
}
