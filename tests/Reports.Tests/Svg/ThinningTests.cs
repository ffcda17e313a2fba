using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Tests.Svg;

public sealed class ThinningTests
{
    private static readonly Scale Pixels = new(0, 1, 0, 1);

    [Fact]
    public void A_straight_line_keeps_its_ends()
    {
        var x = Enumerable.Range(0, 10_000).Select(i => i * 0.07).ToArray();
        var segment = Assert.Single(Thinning.Segments(x, [.. x.Select(v => 3 * v)], Pixels, Pixels));
        Assert.Equal(2, segment.Count);
    }

    [Fact]
    public void A_fuzzy_line_keeps_the_extremes_of_every_pixel_column()
    {
        var noise = new Noise(9);
        var x = Enumerable.Range(0, 10_000).Select(i => i * 0.033).ToArray();
        var y = x.Select(_ => noise.Next() * 100).ToArray();
        var segment = Assert.Single(Thinning.Segments(x, y, Pixels, Pixels));
        Assert.True(segment.Count <= 4 * 331);
        foreach (var column in x.Zip(y).GroupBy(p => Math.Floor(p.First)))
        {
            var kept = segment.Where(p => Math.Floor(p.X) == column.Key).ToArray();
            Assert.Equal(column.Max(p => p.Second), kept.Max(p => p.Y));
            Assert.Equal(column.Min(p => p.Second), kept.Min(p => p.Y));
        }
    }

    [Fact]
    public void A_curve_stays_within_a_twentieth_of_a_pixel()
    {
        var points = Enumerable.Range(0, 700).Select(i => ((double)i, 200 + (100 * Math.Sin(i / 40.0)))).ToList();
        var kept = Thinning.Straighten(points);
        Assert.True(kept.Count < 250);
        foreach (var (x, y) in points)
        {
            var right = kept.Index().First(p => p.Item.X >= x).Index;
            var (a, b) = (kept[Math.Max(right - 1, 0)], kept[right]);
            var at = b.X > a.X ? a.Y + ((b.Y - a.Y) * (x - a.X) / (b.X - a.X)) : b.Y;
            // Distance to the line is measured across it; the slope here reaches 2.5.
            Assert.InRange(Math.Abs(at - y), 0, 0.05 * 2.8);
        }
    }

    [Fact]
    public void Gaps_break_the_line_and_a_lone_value_stays()
    {
        double[] y = [1, double.NaN, 2, double.PositiveInfinity, 3, 4];
        var segments = Thinning.Segments([0, 1, 2, 3, 4, 5], y, Pixels, Pixels);
        Assert.Equal([1, 1, 2], segments.Select(segment => segment.Count));
    }

    [Fact]
    public void Dots_on_the_same_half_pixel_are_one() =>
        Assert.Equal(2, Thinning.Cells([0.1, 0.12, 5, double.NaN], [0.1, 0.11, 5, 1], Pixels, Pixels).Count);
}
