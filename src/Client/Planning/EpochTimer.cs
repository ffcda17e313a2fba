using System.Diagnostics;
using SweepCluster.Grains;
using SweepCluster.Training;

namespace SweepCluster.Client.Planning;

/// <summary>How long an epoch of a plan takes on this machine, found by training a little.</summary>
internal static class EpochTimer
{
    // An epoch over fewer rows costs the same per row once it has some dozens of steps; of a wide network a few must do.
    private const int MostSteps = 50;
    private const int FewestSteps = 3;
    private const int FewestRows = 100; // so that each part of the split has some
    private const double Operations = 1e9; // of an epoch that is timed: some hundredths of a second, whatever the network

    /// <param name="table">Behind the plan's data; null where they are generated.</param>
    /// <param name="least">How long to train; at least two epochs are.</param>
    /// <returns>Seconds of one core.</returns>
    public static double SecondsPerEpoch(TrialPlan plan, TableRows? table, TimeSpan least)
    {
        var split = plan.Data.Split;
        var steps = plan.Data.Points * split.Train * plan.Training.Fraction / plan.Training.Batch;
        // Forward, backward and the gradient of the weights: two operations each for every parameter and row.
        var timed = Math.Clamp(Operations / (6.0 * plan.Training.Network.ParameterCount * plan.Training.Batch), FewestSteps, MostSteps);
        var share = Math.Min(1, timed / Math.Max(1, steps));
        var points = Math.Clamp((int)Math.Ceiling(plan.Data.Points * share), Math.Min(plan.Data.Points, (int)Math.Min(FewestRows / plan.Training.Fraction, int.MaxValue)), plan.Data.Points);
        var data = DataSet.Create(plan.Data with { Points = points }, table?.Thinned(points));
        // Cut to few rows, an epoch may be over in microseconds: so many that time never runs out of them.
        using var session = Trainers.Of(plan.Trainer).Start(plan.Training with { Epochs = int.MaxValue }, data);
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
