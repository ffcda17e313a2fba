using SweepCluster.Grains;

namespace SweepCluster.Cluster.Tests;

/// <summary>How often a store that is away is worth a line.</summary>
public sealed class OutageTests
{
    [Fact]
    public void An_hour_without_a_store_is_a_line_a_minute_and_one_at_its_end()
    {
        var clock = new HandClock();
        var outage = new Outage(clock);
        var lines = 0;
        for (var second = 0; second < 3600; second++)
        {
            if (outage.Fails()) lines++;
            clock.Pass(1);
        }
        Assert.Equal(60, lines);
        Assert.Equal(TimeSpan.FromHours(1), outage.Ends());
        Assert.Null(outage.Ends());
    }

    [Fact]
    public void The_next_one_is_said_at_once()
    {
        var outage = new Outage(new HandClock());
        Assert.True(outage.Fails());
        Assert.False(outage.Fails());
        Assert.NotNull(outage.Ends());
        Assert.True(outage.Fails());
    }
}
