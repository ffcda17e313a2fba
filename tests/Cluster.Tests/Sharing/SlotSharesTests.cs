using SweepCluster.Contracts;
using SweepCluster.Silo;

namespace SweepCluster.Cluster.Tests.Sharing;

public sealed class SlotSharesTests
{
    private static readonly SweepId Slow = new("slow");
    private static readonly SweepId Quick = new("quick");

    [Fact]
    public void One_slot_is_shared_evenly_between_long_and_short_trials()
    {
        var had = Serve(hours: 1, seconds: sweep => sweep == Slow ? 20 : 1);
        Assert.InRange(had[Slow] / (had[Slow] + had[Quick]), 0.45, 0.55);
    }

    [Fact]
    public void A_sweep_that_comes_late_gets_its_half_soon_and_is_not_paid_back_for_the_past()
    {
        var time = new HandClock();
        var shares = new SlotShares(time);
        for (var second = 0; second < 3600; second++) Train(shares, time, Slow, 1);

        var quick = 0;
        for (var second = 0; second < 600; second++)
        {
            var next = Least(shares, Slow, Quick);
            Train(shares, time, next, 1);
            if (next == Quick) quick++;
        }
        // Half of ten minutes is 300; the head start may cost about the half-life of a minute once more.
        Assert.InRange(quick, 290, 420);
    }

    [Fact]
    public void Trials_that_run_count_from_their_claim_on()
    {
        var time = new HandClock();
        var shares = new SlotShares(time);
        Assert.True(shares.Of([(Slow, time.GetTimestamp())])[Slow] > 0);
        time.Pass(5);
        Assert.InRange(shares.Of([(Slow, 0)])[Slow], 5, 5.01);
    }

    [Fact]
    public void What_is_long_ago_is_forgotten()
    {
        var time = new HandClock();
        var shares = new SlotShares(time);
        Train(shares, time, Slow, 10);
        time.Pass(3600);
        Assert.Empty(shares.Of([]));
    }

    private static Dictionary<SweepId, double> Serve(int hours, Func<SweepId, double> seconds)
    {
        var time = new HandClock();
        var shares = new SlotShares(time);
        var had = new Dictionary<SweepId, double> { [Slow] = 0, [Quick] = 0 };
        while (time.Seconds < hours * 3600)
        {
            var next = Least(shares, Slow, Quick);
            Train(shares, time, next, seconds(next));
            had[next] += seconds(next);
        }
        return had;
    }

    private static void Train(SlotShares shares, HandClock time, SweepId sweep, double seconds)
    {
        time.Pass(seconds);
        shares.Charge(sweep, TimeSpan.FromSeconds(seconds));
    }

    private static SweepId Least(SlotShares shares, params SweepId[] sweeps) =>
        sweeps.MinBy(s => shares.Of([]).GetValueOrDefault(s));
}
