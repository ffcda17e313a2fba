using System.Diagnostics;
using SweepCluster.Grains;
using SweepCluster.Training;

namespace SweepCluster.Client.Planning;

/// <summary>How long an epoch of a plan takes on this machine, found by training a little.</summary>
internal static class EpochTimer
{
    // An epoch over fewer rows costs the same per row once it has some dozens of steps.
    private const int FewestSteps = 50;

    /// <param name="least">How long to train; at least two epochs are.</param>
    /// <returns>Seconds of one core.</returns>
    public static double SecondsPerEpoch(TrialPlan plan, TimeSpan least)
    {
        var split = plan.Data.Split;
        var steps = plan.Data.Points * split.Train / plan.Training.Batch;
        var share = Math.Min(1, FewestSteps / Math.Max(1, steps));
        var points = Math.Clamp((int)Math.Ceiling(plan.Data.Points * share), Math.Min(plan.Data.Points, 100), plan.Data.Points);
        var data = Oscillation.Create(plan.Data with { Points = points });
        // Cut to few rows, an epoch may be over in microseconds: so many that time never runs out of them.
        var session = TrainingSession.Start(plan.Training with { Epochs = int.MaxValue }, data);
        session.RunEpoch(); // the first compiles, and brings θ into the cache
        var epochs = new List<double>();
        var start = Stopwatch.GetTimestamp();
        do
        {
            var epoch = Stopwatch.GetTimestamp();
            session.RunEpoch();
            epochs.Add(Stopwatch.GetElapsedTime(epoch).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < least);
        // The middle one: what the machine usually gives, not what it gave once.
        epochs.Sort();
        return epochs[epochs.Count / 2] * plan.Data.Points / points;
    }
}
