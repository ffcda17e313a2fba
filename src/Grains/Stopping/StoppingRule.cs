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
        "median" => Median(stopping, epoch, own, [.. peers.Where(peer => peer.Trial != own.Trial).Select(peer => peer.Mean)]),
        "asha" => SuccessiveHalving(stopping, epoch, own, peers),
        _ => null,
    };

    /// <summary>
    /// Stops a trial whose lowest loss is above the median of the others' mean losses up to the same epoch (Golovin et al. 2017,
    /// 3.2.2; there of completed trials only).
    /// </summary>
    private static Stopped? Median(StoppingSpecification stopping, int epoch, PeerLoss own, double[] means)
    {
        if (means.Length < stopping.Fewest) return null;
        Array.Sort(means);
        var median = (means[(means.Length - 1) / 2] + means[means.Length / 2]) / 2;
        var (objective, best, half) = (stopping.Objective, Number(own.Least, stopping.Objective), Number(median, stopping.Objective));
        var (most, beyond) = objective.Maximize ? ("highest", "below") : ("lowest", "above");
        return own.Least <= median ? null
            : new Stopped("median", $"median rule at epoch {epoch}: its {most} {objective.Title}, {best}, is {beyond} {half}, the median of {means.Length} other trials' mean {(objective.IsDefault ? "losses" : objective.Title)} so far");
    }

    /// <summary>
    /// Asynchronous successive halving, stopping variant (Li et al. 2020; Syne Tune's): at a rung the trial goes on if it is among
    /// the best 1/factor of all that have come there, itself included. While fewer than factor are there, everyone does.
    /// </summary>
    private static Stopped? SuccessiveHalving(StoppingSpecification stopping, int epoch, PeerLoss own, IReadOnlyList<PeerLoss> peers)
    {
        if (peers.Count < stopping.Factor) return null;
        var rank = 1 + peers.Count(peer => peer.At < own.At);
        var places = peers.Count / stopping.Factor;
        return rank <= places ? null
            : new Stopped("asha", $"successive halving at epoch {epoch}: its {stopping.Objective.Title}, {Number(own.At, stopping.Objective)}, is number {rank} of {peers.Count} trials at this rung, and the best {places} go on");
    }

    /// <summary>Rungs stand at grace, grace · factor, grace · factor², ….</summary>
    private static bool IsRung(long epoch, int grace, int factor)
    {
        while (epoch > grace && epoch % factor == 0) epoch /= factor;
        return epoch == grace;
    }

    /// <param name="turned">So that less is better.</param>
    internal static string Number(double turned, Objective objective) => objective.IsLoss
        ? objective.Turn(turned).ToString("0.00e0", CultureInfo.InvariantCulture)
        : NumberText.Of(double.Parse(objective.Turn(turned).ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
