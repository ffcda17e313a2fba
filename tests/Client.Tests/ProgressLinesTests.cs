using SweepCluster.Client.Progress;

namespace SweepCluster.Client.Tests;

public sealed class ProgressLinesTests
{
    private static readonly ProgressSnapshot Snapshot = new(
        "l2-visual-intuition", 8, 2, 1, 148, 400, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(21),
        [
            new TrialProgress("regularization.l2=1e-4", 8, 50, 0.007648, 0.005718),
            new TrialProgress("regularization.l2=5e-4", 0, 50, null, null),
        ],
        new BestTrial("regularization.l2=1e-5", 0.0009126));

    [Theory]
    [InlineData(110, """
        l2-visual-intuition  ━━━━━━━━━━━━━━──────────────────────────   37 %  2/8 trials, 1 failed  12 s, 21 s left
          regularization.l2=1e-4  epoch  8/50  training loss 0.007648   validation loss 0.005718
          regularization.l2=5e-4  epoch  0/50  training loss -          validation loss -
          best so far: regularization.l2=1e-5  validation loss 0.0009126
        """)]
    [InlineData(80, """
        l2-visual-intuition  ━━━━─────────   37 %  2/8 trials, 1 failed  12 s, 21 s left
          regularization.l2=1e-4  epoch  8/50  training 0.007648   validation 0.005718
          regularization.l2=5e-4  epoch  0/50  training -          validation -
          best so far: regularization.l2=1e-5  validation loss 0.0009126
        """)]
    [InlineData(50, """
        ━━━━━━━──────────────   37 %  2/8 trials, 1 failed
          regularization.l2=1e-4  epoch  8/50
          regularization.l2=5e-4  epoch  0/50
          best regularization.l2=1e-5 0.0009126
        """)]
    [InlineData(24, """
        ━━━━━━───────────   37 %
          regularization.l2=1e-…
          regularization.l2=5e-…
          best regularization.l…
        """)]
    [InlineData(6, """
         37 %
          reg…
          reg…
          bes…
        """)]
    public void A_snapshot_is_drawn_to_fit_the_width(int width, string lines)
    {
        var drawn = ProgressLines.Of(Snapshot, width);

        Assert.Equal(lines.ReplaceLineEndings("\n"), string.Join('\n', drawn.Select(line => line.TrimEnd())));
        Assert.All(drawn, line => Assert.True(line.Length <= width, $"{line.Length} columns"));
    }

    [Fact]
    public void Where_there_is_room_a_line_ends_in_its_curve_and_the_bar_in_its_rate()
    {
        var trail = new LossTrail();
        for (var epoch = 0; epoch < 8; epoch++) trail.Add(Math.Pow(10, -epoch / 4.0));
        var snapshot = Snapshot with { Running = [Snapshot.Running[0] with { Trail = trail }], PerSecond = 0.5 };

        Assert.Equal("l2-visual-intuition  ━━━━━━━━━━━━━━──────────────────────────   37 %  2/8 trials, 1 failed  12 s, 21 s left, 30 trials/min", ProgressLines.Of(snapshot, 140)[0]);
        Assert.Equal("  regularization.l2=1e-4  epoch  8/50  training loss 0.007648   validation loss 0.005718   █▇▆▅▄▃▂▁", ProgressLines.Of(snapshot, 120)[1]);
        Assert.Equal("  regularization.l2=1e-4  epoch  8/50  training 0.007648   validation 0.005718", ProgressLines.Of(snapshot, 80)[1]);
        for (var width = 1; width < 200; width++)
            Assert.All(ProgressLines.Of(snapshot, width), line => Assert.True(line.Length <= width, $"{line.Length} columns at width {width}: {line}"));
    }

    [Theory]
    [InlineData(new double[] { }, 5, "")]
    [InlineData(new[] { 0.1 }, 5, "▁")]
    [InlineData(new[] { 1, 0.1, 0.01 }, 5, "█▅▁")]
    [InlineData(new[] { 0.3, 0.3, 0.3 }, 5, "▁▁▁")]
    [InlineData(new[] { 1, double.NaN, 0.1 }, 5, "█×▁")]
    [InlineData(new[] { double.NaN, double.PositiveInfinity }, 5, "××")]
    [InlineData(new[] { 1, 0.8, 0.5, 0.2, 0.1, 0.01 }, 3, "█▆▁")]
    [InlineData(new[] { 1, 0.1 }, 0, "")]
    public void A_curve_is_as_many_columns_as_there_is_room(double[] losses, int width, string curve) => Assert.Equal(curve, Sparkline.Of(losses, width));

    [Fact]
    public void A_trail_stays_short_and_keeps_its_shape()
    {
        var trail = new LossTrail();
        for (var epoch = 1; epoch <= 1_000_000; epoch++) trail.Add(epoch);

        Assert.InRange(trail.Losses.Count, 32, 64);
        Assert.Equal(trail.Losses.Order(), trail.Losses);
        Assert.All(trail.Losses.Zip(trail.Losses.Skip(1)), pair => Assert.Equal(trail.Losses[1] - trail.Losses[0], pair.Second - pair.First));
    }

    [Fact]
    public void No_width_is_ever_exceeded()
    {
        for (var width = 1; width < 200; width++)
            Assert.All(ProgressLines.Of(Snapshot, width), line => Assert.True(line.Length <= width, $"{line.Length} columns at width {width}: {line}"));
    }

    [Fact]
    public void A_log_gets_one_line() => Assert.Equal(" 37 %, 2 of 8 trials, 1 failed, 12 s, 21 s left", ProgressLines.Plain(Snapshot));

    [Fact]
    public void Many_slots_are_cut_off_with_a_count()
    {
        var many = Snapshot with { Running = [.. Enumerable.Repeat(Snapshot.Running[0], 100)] };

        Assert.Equal("  and 84 more", ProgressLines.Of(many, 100)[17]);
    }

    [Theory]
    [InlineData(0.85, "850 ms")]
    [InlineData(9.44, "9.4 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(12_000, "3 h 20 min")]
    [InlineData(187_200, "2 d 04 h")]
    public void A_duration_is_said_in_the_unit_that_matters(double seconds, string text) => Assert.Equal(text, Numbers.Duration(TimeSpan.FromSeconds(seconds)));
}
