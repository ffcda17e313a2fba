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
        var rows = Replication.Of([(0, 0, 1), (0, 1, 5), (0, 2, 3), (0, 3, 9), (1, 0, 1.1), (1, 1, 5.11), (1, 2, 3.09)]);
        Assert.True(rows[0].High > rows[1].Low);
        Assert.Equal((true, false), (rows[0].IsBest, rows[1].IsBest));
        var paired = rows[1].ToBest!;
        Assert.Equal((3, true), (paired.Count, paired.IsClear));
        Assert.Equal(0.1, paired.Mean, 1e-12);
        Assert.Equal(0.1 - (4.302652729749462 * 0.01 / Math.Sqrt(3)), paired.Low, 1e-9);
        Assert.Null(rows[0].ToBest);
    }

    [Fact]
    public void Single_trials_say_nothing_of_their_spread()
    {
        Assert.Empty(Replication.Of([]));
        var rows = Replication.Of([(0, 0, 1), (0, 1, 2), (1, 0, 2), (2, 5, 7)]);
        Assert.Equal((1, double.NaN, double.NaN), (rows[1].Count, rows[1].Deviation, rows[1].Low));
        Assert.Equal((1, 1.0, false), (rows[1].ToBest!.Count, rows[1].ToBest!.Mean, rows[1].ToBest!.IsClear));
        Assert.Null(rows[2].ToBest);
        Assert.False(rows[2].IsBest);
    }

    [Fact]
    public void A_lucky_configuration_that_lacks_replicates_is_not_the_best()
    {
        var rows = Replication.Of([(0, 0, 0.1), (1, 0, 3), (1, 1, 1), (2, 0, 1), (2, 1, 2)]);
        Assert.Equal([2, 1, 0], Replication.Rank(rows).Select(row => row.Ordinal));
        Assert.Equal([false, false, true], rows.Select(row => row.IsBest));
        // 3 − 1 and 1 − 2: mean ½, deviation 3/√2, t of one degree of freedom.
        Assert.Equal((2, 0.5), (rows[1].ToBest!.Count, rows[1].ToBest!.Mean));
        Assert.Equal(0.5 + (12.706204736174694 * 1.5), rows[1].ToBest!.High, 1e-9);
    }

    [Fact]
    public void Where_more_is_better_the_highest_mean_is_the_best()
    {
        var rows = Replication.Of([(0, 0, 0.5), (0, 1, 0.6), (1, 0, 0.9), (1, 1, 0.8), (2, 0, 0.99)], maximize: true);
        Assert.Equal([1, 0, 2], Replication.Rank(rows, maximize: true).Select(row => row.Ordinal));
        Assert.Equal([false, true, false], rows.Select(row => row.IsBest));
        Assert.Equal(-0.3, rows[0].ToBest!.Mean, 1e-12);
    }

    [Fact]
    public void Pairs_are_made_by_seed_and_only_by_seed()
    {
        var ours = new Dictionary<ulong, double> { [7] = 1, [9] = 2, [11] = 4 };
        var theirs = new Dictionary<ulong, double> { [11] = 3, [7] = 0.5, [13] = 100 };
        var paired = Replication.Paired(ours, theirs)!;
        Assert.Equal((2, 0.75), (paired.Count, paired.Mean));
        Assert.Null(Replication.Paired(ours, new Dictionary<ulong, double> { [1] = 1 }));
    }
}
