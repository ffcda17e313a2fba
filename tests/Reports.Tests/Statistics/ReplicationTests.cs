namespace SweepCluster.Reports.Tests.Statistics;

public sealed class ReplicationTests
{
    [Fact]
    public void Replicates_give_mean_deviation_and_Students_interval()
    {
        var one = Assert.Single(Replication.Of([(4, 0, 1), (4, 1, 2), (4, 2, 3), (4, 3, double.NaN)]));
        Assert.Equal((4, 3, 2.0, 1.0), (one.Ordinal, one.Count, one.Mean, one.Deviation));
        Assert.Equal(2 - (4.302652729749462 / Math.Sqrt(3)), one.Low, 1e-12);
        Assert.Equal(2 + (4.302652729749462 / Math.Sqrt(3)), one.High, 1e-12);
        Assert.Null(one.ToBest);
    }

    [Fact]
    public void Pairing_tells_configurations_apart_whose_intervals_overlap()
    {
        // The luck of a seed moves both by whole numbers; the difference is 0.1, give or take 0.01.
        var rows = Replication.Of([(0, 0, 1), (0, 1, 5), (0, 2, 3), (1, 0, 1.1), (1, 1, 5.11), (1, 2, 3.09), (1, 3, 9)]);
        Assert.True(rows[0].High > rows[1].Low);
        var paired = rows[1].ToBest!;
        Assert.Equal((3, true), (paired.Count, paired.IsClear));
        Assert.Equal(0.1, paired.Mean, 1e-12);
        Assert.Equal(0.1 - (4.302652729749462 * 0.01 / Math.Sqrt(3)), paired.Low, 1e-9);
        Assert.Null(rows[0].ToBest);
    }

    [Fact]
    public void Single_trials_say_nothing_of_their_spread()
    {
        Assert.Empty(Replication.Of([(0, 0, 1), (1, 0, 2)]));
        Assert.Empty(Replication.Of([]));
        var rows = Replication.Of([(0, 0, 1), (0, 1, 2), (1, 0, 2), (2, 5, 7)]);
        Assert.Equal((1, double.NaN, double.NaN), (rows[1].Count, rows[1].Deviation, rows[1].Low));
        Assert.Equal((1, 1.0, false), (rows[1].ToBest!.Count, rows[1].ToBest!.Mean, rows[1].ToBest!.IsClear));
        Assert.Null(rows[2].ToBest);
    }
}
