namespace SweepCluster.Store.Leases;

/// <summary>What one flush brings: epochs and what was kept of them. It is written in one transaction.</summary>
/// <param name="Epochs">In order; may be empty.</param>
/// <param name="Seconds">Seconds of training since the last flush.</param>
public sealed record Progress(IReadOnlyList<EpochLosses> Epochs, IReadOnlyList<Snapshot> Snapshots, Checkpoint? Checkpoint, double Seconds)
{
    public static readonly Progress None = new([], [], null, 0);

    /// <summary>What a program reported with its epochs besides losses.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>What it has printed so far; null where that is as before.</summary>
    public ProgramLog? Log { get; init; }

    /// <summary>The program goes on after an earlier epoch than the one recorded last: what lies beyond is dropped first.</summary>
    public int? RewindTo { get; init; }
}

/// <summary>A named number of an epoch, beside its losses.</summary>
public readonly record struct Metric(int Epoch, string Name, double Value);

/// <param name="Bytes">How much was printed in all.</param>
/// <param name="Text">Its beginning and its end.</param>
public sealed record ProgramLog(long Bytes, string Text);

/// <param name="Epoch">From 1.</param>
public readonly record struct EpochLosses(int Epoch, double Training, double Validation)
{
    /// <summary>What a program reported as the metric that the sweep's trials are compared by; null where it did not, and where that is a loss.</summary>
    public double? Metric { get; init; }
}

/// <param name="Epoch">Epoch after which θ was taken; 0 is before training.</param>
public sealed record Snapshot(int Epoch, float[] Parameters);

/// <summary>All that resumes the trial bit for bit. It replaces the one before.</summary>
public sealed record Checkpoint(int Epoch, byte[] Content);

/// <summary>How an attempt ends the trial, or gives it back.</summary>
public abstract record Ending
{
    private Ending() { }

    /// <summary>Trained through its last epoch, or stopped by a rule with <paramref name="StoppedBecause"/>.</summary>
    /// <param name="ThetaSha256">Null where a program kept its θ to itself.</param>
    /// <param name="StoppedBy"><c>patience</c>, <c>median</c> or <c>asha</c>, beside the reason in words.</param>
    public sealed record Completed(string? ThetaSha256, Fit? Fit, string? StoppedBecause = null, string? StoppedBy = null) : Ending
    {
        /// <summary>The epoch whose θ the trial ends with, where that is not its last; later snapshots are dropped.</summary>
        public EpochLosses? Restored { get; init; }
    }

    public sealed record Failed(string Reason) : Ending;

    public sealed record Cancelled : Ending;

    /// <summary>Given back: the trial is Pending again and resumes from its checkpoint.</summary>
    public sealed record Released : Ending;
}

/// <summary>What the trained model predicts on each row of its data.</summary>
/// <param name="Data">SHA-256 of the data set, stored before by <see cref="ResultWriter.KeepDataAsync"/>.</param>
/// <param name="Spread">Standard deviation over Monte Carlo dropout passes, or null for a single pass.</param>
/// <param name="Mean">Their mean.</param>
public sealed record Fit(string Data, float[] Prediction, float[]? Spread, float[]? Mean = null);
