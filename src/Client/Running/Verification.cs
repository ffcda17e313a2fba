using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Queries;
using SweepCluster.Training;

namespace SweepCluster.Client.Running;

/// <summary>Trains finished trials again, from their stored specification alone, and compares bits.</summary>
internal static class Verification
{
    /// <param name="Sha256">Hash of the final parameters of the second training.</param>
    /// <param name="Epoch">First epoch whose losses differ from the stored ones; null if none does.</param>
    internal readonly record struct Second(string Sha256, int? Epoch);

    /// <summary>As many trials as wanted, spread evenly over the grid, first and last among them.</summary>
    internal static IReadOnlyList<TrialSummary> Sample(IReadOnlyList<TrialSummary> trials, int? wanted)
    {
        if (wanted is not { } count || count >= trials.Count) return trials;
        return [.. Enumerable.Range(0, count).Select(i => trials[(int)(count == 1 ? 0 : (long)i * (trials.Count - 1) / (count - 1))])];
    }

    internal static TrialPlan PlanOf(Specification specification, TrialSummary trial) =>
        TrialPlan.Of(specification.Resolve(Configuration.FromJson(trial.Configuration), trial.Replicate));

    internal static Second TrainAgain(Specification specification, TrialSummary trial, IReadOnlyList<EpochLosses> stored, DataSets data, CancellationToken stop)
    {
        var plan = PlanOf(specification, trial);
        using var session = Trainers.Of(plan.Trainer).Start(plan.Training, data.Get(plan.Data));
        var byEpoch = stored.ToDictionary(losses => losses.Epoch);
        int? different = null;
        // A trial that a rule stopped is as long as it got.
        var final = trial.ThetaEpoch ?? trial.Epochs;
        var sha256 = final == 0 ? ParameterHash.Sha256(session.Parameters()) : "";
        while (session.Epoch < trial.Epochs)
        {
            var now = session.RunEpoch(stop);
            var same = byEpoch.TryGetValue(now.Epoch, out var then) && then.Training.Equals(now.Training) && then.Validation.Equals(now.Validation);
            if (!same) different ??= now.Epoch;
            if (now.Epoch == final) sha256 = ParameterHash.Sha256(session.Parameters());
        }
        return new Second(sha256, different);
    }
}
