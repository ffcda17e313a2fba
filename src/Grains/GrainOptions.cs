using SweepCluster.Grains.Programs;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>How a silo runs its trials: what it trains with, how often results leave the training thread. None of it changes a result.</summary>
public sealed record GrainOptions
{
    public static readonly GrainOptions Default = new();

    /// <summary>Losses wait at most so long before they are stored. Default 250 ms.</summary>
    public TimeSpan FlushPeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Epochs of one flush, and of those that wait for the next before training waits for the store. Default 256.</summary>
    public int FlushEpochs { get; init; } = 256;

    /// <summary>A checkpoint at most so often. Default 10 s.</summary>
    public TimeSpan CheckpointPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checkpoints take at most this share of training time. Default 0.02.</summary>
    public double CheckpointShare { get; init; } = 0.02;

    /// <summary>What this silo can train with; the specification names one of them. Default: simd alone.</summary>
    public IReadOnlyList<ITrainer> Trainers { get; init; } = [SimdTrainer.Instance];

    /// <summary>Which programs this silo may start for trials; null for none. Whoever sets it disposes it. Default: null.</summary>
    public ProgramHost? Programs { get; init; }

    /// <summary>What a program prints besides reports is stored at most so often while it runs. Default 2 s.</summary>
    public TimeSpan LogPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Passes of Monte Carlo dropout behind a fit's spread. Default 16.</summary>
    public int SpreadPasses { get; init; } = 16;

    /// <summary>The store may be away; the wait between two tries doubles from this to <see cref="LongestRetry"/>. Default 100 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default 5 s.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(5);
}
