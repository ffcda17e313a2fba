using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Training;

namespace SweepCluster.Client.Planning;

/// <summary>What a sweep will leave in the store: rows of the views, and bytes of its tables with their indexes.</summary>
/// <param name="Passed">Rows that go through the network once more for Monte Carlo dropout.</param>
internal sealed record Amount(double Trials, double Losses, double Snapshots, double Fits, double Passed, double Bytes)
{
    // Bytes as PostgreSQL keeps them, measured in docs/scale.md.
    private const double PerTrial = 460 + 150;
    private const double PerLoss = 16;
    private const double PerFlush = 160;
    private const double EpochsPerFlush = 256;
    private const double PerParameter = 54_000.0 / 12_673;
    private const double PerPrediction = 4;

    // A grid of a million is looked at in so many places.
    private const int MostLookedAt = 5_000;

    public static Amount Of(Specification specification)
    {
        var configurations = specification.ConfigurationCount;
        var looked = (int)Math.Min(configurations, MostLookedAt);
        var sum = new Amount(0, 0, 0, 0, 0, 0);
        for (var i = 0; i < looked; i++)
        {
            var plan = TrialPlan.Of(specification.Resolve(specification.ConfigurationAt(looked == 1 ? 0 : (long)((double)i * (configurations - 1) / (looked - 1))), 0));
            var epochs = plan.Training.Epochs;
            // Epoch 0, each so many, and the last.
            var snapshots = 1 + (epochs / plan.SnapshotsEvery) + (epochs % plan.SnapshotsEvery == 0 ? 0 : 1);
            // With Monte Carlo passes also their mean and their spread.
            var passes = plan.MonteCarloPasses ?? (plan.Training.Regularization is { Drops: true, Evaluation: DropoutEvaluation.On } ? new GrainOptions().SpreadPasses : 0);
            var fits = (double)plan.Data.Points * plan.Training.Network.Outputs;
            var predictions = fits * (passes == 0 ? 1 : 3);
            sum += new Amount(
                1, epochs, snapshots, fits, passes * fits,
                PerTrial + (PerLoss * epochs) + (PerFlush * Math.Ceiling(epochs / EpochsPerFlush))
                + (PerParameter * snapshots * plan.Training.Network.ParameterCount) + (PerPrediction * predictions));
        }
        return sum * (configurations * (double)specification.Replicates / looked);
    }

    public static Amount operator +(Amount a, Amount b) =>
        new(a.Trials + b.Trials, a.Losses + b.Losses, a.Snapshots + b.Snapshots, a.Fits + b.Fits, a.Passed + b.Passed, a.Bytes + b.Bytes);

    public static Amount operator *(Amount a, double factor) =>
        new(a.Trials * factor, a.Losses * factor, a.Snapshots * factor, a.Fits * factor, a.Passed * factor, a.Bytes * factor);
}
