using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store.Tests;
using SweepCluster.Training;

namespace SweepCluster.Cluster.Tests;

/// <summary>Sweeps of trials that take next to no time, or all the time there is.</summary>
internal static class Sweeps
{
    public const int ShortEpochs = 3;

    /// <summary>A few milliseconds a trial.</summary>
    public static Specification Short(int configurations) => Tiny(configurations, ShortEpochs);

    /// <summary>One trial of a million epochs, as many as a file may ask for: at a millisecond or two each that is half an hour.</summary>
    public static Specification Endless() => Tiny(1, 1_000_000, points: 20_000);

    /// <summary>Trials that take one core of this machine about so long, and never less: a fast machine gets more epochs.</summary>
    public static Specification Lasting(int configurations, TimeSpan each) =>
        Tiny(configurations, Math.Clamp((int)(each / Epoch.Value), 10, 1_000_000), points: LastingPoints);

    // Long enough that flushes of 256 epochs are not what a trial waits for.
    private const int LastingPoints = 4000;

    // The shortest of many: whoever else wants the core makes some of them longer.
    private static readonly Lazy<TimeSpan> Epoch = new(() =>
    {
        const int Together = 50;
        var specification = Tiny(1, 1_000_000, points: LastingPoints);
        var plan = TrialPlan.Of(specification.Resolve(specification.ConfigurationAt(0), replicate: 0));
        var session = TrainingSession.Start(plan.Training, DataSet.Create(plan.Data, table: null));
        var (shortest, clock) = (TimeSpan.MaxValue, Stopwatch.StartNew());
        // So many that the compiler has done its best, however little of the core this gets.
        for (var round = 0; round < 80; round++)
        {
            var began = clock.Elapsed;
            for (var i = 0; i < Together; i++) session.RunEpoch();
            var took = (clock.Elapsed - began) / Together;
            if (took < shortest) shortest = took;
        }
        return shortest;
    });

    public static Specification Tiny(int configurations, int epochs, string name = "tiny", int points = 100) => Sample.Read(
        $$"""
        name: {{name}}
        seed: 7
        data: {kind: oscillation, points: {{points}}, split: {train: 0.8, validation: 0.2, test: 0} }
        model: {stem: 4, hidden: [4]}
        training: {epochs: {{epochs}}, batch: 16, learning_rate: 1e-2}
        grid:
          regularization.l2: [{{string.Join(", ", Enumerable.Range(0, configurations).Select(i => $"{i}e-5"))}}]
        """);

    /// <summary>One trial whose first epoch takes minutes.</summary>
    public static Specification LongEpochs() => Sample.Read(
        """
        name: long-epochs
        seed: 7
        data: {kind: oscillation, points: 1000000, split: {train: 0.8, validation: 0.2, test: 0}}
        model: {preset: notebook}
        training: {epochs: 3, batch: 4, learning_rate: 1e-3}
        grid:
          regularization.l2: [0]
        """);
}
