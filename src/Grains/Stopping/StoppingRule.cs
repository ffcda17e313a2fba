using System.Globalization;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Grains.Stopping;

/// <summary>Why a trial goes no further.</summary>
/// <param name="By"><c>patience</c>, <c>median</c> or <c>asha</c>.</param>
/// <param name="Reason">Names the rule, the epoch and the numbers it compared.</param>
public sealed record Stopped(string By, string Reason);

/// <summary>
/// Rules that compare a trial with the others of its sweep: pure functions of the losses so far. A trial asks at certain epochs,
/// after its own losses are recorded. What others have recorded by then depends on time, so which trials stop does too; θ of an
/// epoch does not.
/// </summary>
public static class StoppingRule
{
    /// <summary>Whether a trial asks after this epoch; never after its last.</summary>
    public static bool Asks(StoppingSpecification stopping, int epoch, int epochs) => epoch < epochs && stopping.Rule switch
    {
        "median" => epoch % stopping.Grace == 0,
        "asha" => IsRung(epoch, stopping.Grace, stopping.Factor),
        _ => false,
    };

    /// <param name="peers">Every trial that has recorded the epoch, the one that asks among them.</param>
    /// <returns>Null: go on.</returns>
    public static Stopped? Decide(StoppingSpecification stopping, int epoch, PeerLoss own, IReadOnlyList<PeerLoss> peers) => stopping.Rule switch
    {
        "median" => Median(stopping.Fewest, epoch, own, [.. peers.Where(peer => peer.Trial != own.Trial).Select(peer => peer.Mean)]),
        "asha" => SuccessiveHalving(stopping.Factor, epoch, own, peers),
        _ => null,
    };

    /// <summary>
    /// Stops a trial whose lowest loss is above the median of the others' mean losses up to the same epoch (Golovin et al. 2017,
    /// 3.2.2; there of completed trials only).
    /// </summary>
    private static Stopped? Median(int fewest, int epoch, PeerLoss own, double[] means)
    {
        if (means.Length < fewest) return null;
        Array.Sort(means);
        var median = (means[(means.Length - 1) / 2] + means[means.Length / 2]) / 2;
        return own.Least <= median ? null
            : new Stopped("median", $"median rule at epoch {epoch}: its lowest validation loss, {Loss(own.Least)}, is above {Loss(median)}, the median of {means.Length} other trials' mean losses so far");
    }

    /// <summary>
    /// Asynchronous successive halving, stopping variant (Li et al. 2020; Syne Tune's): at a rung the trial goes on if it is among
    /// the best 1/factor of all that have come there, itself included. While fewer than factor are there, everyone does.
    /// </summary>
    private static Stopped? SuccessiveHalving(int factor, int epoch, PeerLoss own, IReadOnlyList<PeerLoss> peers)
    {
        if (peers.Count < factor) return null;
        var rank = 1 + peers.Count(peer => peer.At < own.At);
        var places = peers.Count / factor;
        return rank <= places ? null
            : new Stopped("asha", $"successive halving at epoch {epoch}: its validation loss, {Loss(own.At)}, is number {rank} of {peers.Count} trials at this rung, and the best {places} go on");
    }

    /// <summary>Rungs stand at grace, grace · factor, grace · factor², ….</summary>
    private static bool IsRung(long epoch, int grace, int factor)
    {
        while (epoch > grace && epoch % factor == 0) epoch /= factor;
        return epoch == grace;
    }

    internal static string Loss(double loss) => loss.ToString("0.00e0", CultureInfo.InvariantCulture);
}
