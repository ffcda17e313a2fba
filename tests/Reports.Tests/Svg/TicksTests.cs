using System.Globalization;
using SweepCluster.Reports.Svg;

namespace SweepCluster.Reports.Tests.Svg;

public sealed class TicksTests
{
    [Theory]
    [InlineData(0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-3.5, -0.5, 7, "−3.5 −3.0 −2.5 −2.0 −1.5 −1.0 −0.5")]
    [InlineData(-1.25, 51.25, 9, "0 10 20 30 40 50")]
    [InlineData(-0.2, 0.2, 9, "−0.20 −0.15 −0.10 −0.05 0.00 0.05 0.10 0.15 0.20")]
    [InlineData(0, 0.013, 7, "0.000 0.002 0.004 0.006 0.008 0.010 0.012")]
    [InlineData(0, 3e7, 4, "0 1e7 2e7 3e7")]
    public void They_stand_at_round_numbers(double low, double high, int most, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Between(low, high, most).Select(tick => tick.Text)));

    [Fact]
    public void For_any_range_they_lie_inside_evenly_and_say_where_they_are()
    {
        var noise = new Noise(5);
        for (var trial = 0; trial < 20_000; trial++)
        {
            var magnitude = double.Parse($"1e{(int)(noise.Next() * 24) - 12}", CultureInfo.InvariantCulture);
            var low = (noise.Next() - 0.5) * 4 * magnitude;
            var high = low + ((0.01 + noise.Next()) * magnitude);
            var most = 2 + (int)(noise.Next() * 9);
            var ticks = Ticks.Between(low, high, most);
            Assert.InRange(ticks.Count, 2, Math.Max(most + 1, 5));
            var step = ticks.Count > 1 ? ticks[1].At - ticks[0].At : 0;
            for (var i = 0; i < ticks.Count; i++)
            {
                Assert.InRange(ticks[i].At, low - (1e-9 * magnitude), high + (1e-9 * magnitude));
                Assert.Equal(ticks[i].At, double.Parse(ticks[i].Text.Replace('−', '-'), CultureInfo.InvariantCulture));
                if (i > 0)
                    Assert.InRange(ticks[i].At - ticks[i - 1].At, step * (1 - 1e-6), step * (1 + 1e-6));
            }

            Assert.Equal(ticks.Count, ticks.Select(tick => tick.Text).Distinct().Count());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void A_range_without_length_has_none(double low, double high) => Assert.Empty(Ticks.Between(low, high, 5));
}
