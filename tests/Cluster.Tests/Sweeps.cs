using SweepCluster.Contracts;
using SweepCluster.Store.Tests;

namespace SweepCluster.Cluster.Tests;

/// <summary>Sweeps of trials that take next to no time, or all the time there is.</summary>
internal static class Sweeps
{
    public const int ShortEpochs = 3;

    /// <summary>A few milliseconds a trial.</summary>
    public static Specification Short(int configurations) => Tiny(configurations, ShortEpochs);

    /// <summary>One trial of a million epochs of about a millisecond.</summary>
    public static Specification Endless() => Tiny(1, 1_000_000, points: 20_000);

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
