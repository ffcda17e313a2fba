using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store.Queries;
using SweepCluster.Training;

namespace SweepCluster.Client.Running;

/// <summary>Trains a finished trial again, from its stored specification alone, and compares the bits of θ.</summary>
internal static class Verification
{
    /// <summary>SHA-256 of the final parameters of another training.</summary>
    public static string TrainAgain(Specification specification, TrialSummary trial, CancellationToken stop)
    {
        var plan = TrialPlan.Of(specification.Resolve(Configuration.FromJson(trial.Configuration), trial.Replicate));
        using var session = Trainers.Of(plan.Trainer).Start(plan.Training, Oscillation.Create(plan.Data));
        // A trial that a rule stopped is as long as it got.
        while (session.Epoch < trial.Epochs)
            session.RunEpoch(stop);
        return ParameterHash.Sha256(session.Parameters());
    }
}
