using System.Text.Json;

namespace SweepCluster.Reports.Rows;

/// <summary>A row of the view <c>sweeps</c>.</summary>
internal sealed record SweepRow(string Id, string Name, string State, int Trials, int Completed, int Failed, JsonElement Specification);

/// <summary>A row of the view <c>trials</c>.</summary>
/// <param name="Configuration">The grid's keys, dotted, with their values.</param>
internal sealed record TrialRow(
    long Id,
    int Ordinal,
    int Replicate,
    JsonElement Configuration,
    string State,
    int Attempts,
    string? Silo,
    int Epochs,
    double? TrainingLoss,
    double? ValidationLoss,
    double? TestLoss,
    double? BestValidationLoss,
    double? Seconds,
    string? ThetaSha256,
    string? Error,
    DateTime? StartedAt,
    DateTime? FinishedAt)
{
    /// <summary>Its results count: trained to the end, or ended by a stopping rule.</summary>
    public bool IsFinished => State is "Completed" or "Stopped";

    /// <summary>The rule that stopped it: patience, median or asha; null for any other end.</summary>
    public string? StoppedBy { get; init; }

    /// <summary>The epoch whose θ was restored as the final one; null where it is the last epoch's.</summary>
    public int? ThetaEpoch { get; init; }

    /// <summary>When the test part was looked at; null where it was not.</summary>
    public DateTime? TestedAt { get; init; }
}

/// <summary>The view <c>losses</c> of one trial, by epoch. NaN where the store holds none.</summary>
internal sealed record Losses(int[] Epoch, double[] Training, double[] Validation)
{
    public static Losses None { get; } = new([], [], []);
}

/// <summary>θ of one trial at two epochs: the first kept (0) and the last.</summary>
internal sealed record Snapshots(int InitialEpoch, float[] Initial, int TrainedEpoch, float[] Trained);

/// <summary>θ of one trial at one epoch.</summary>
internal sealed record Snapshot(int Epoch, float[] Parameters);

/// <summary>A row of the view <c>attempts</c>, with the host of its silo.</summary>
internal sealed record AttemptRow(int Term, string? Silo, string? Host, DateTime? StartedAt, DateTime? EndedAt, string Outcome);

/// <summary>The view <c>fits</c> of one trial, a place for each row and output; of classes the targets are 0 or 1 and the predictions probabilities.</summary>
internal sealed record Outputs(string[] Part, int[] Output, double[] Target, double[] Prediction)
{
    public static Outputs None { get; } = new([], [], [], []);
}

/// <summary>A row of the view <c>data_sets</c>.</summary>
/// <param name="IrreducibleError">Null where the store does not know it.</param>
internal sealed record DataSetRow(string Sha256, int Rows, double? IrreducibleError);

/// <summary>The view <c>fits</c> of one trial, in order of x; only the first input is kept.</summary>
/// <param name="Spread">Monte Carlo dropout's standard deviation; NaN where there is none.</param>
/// <param name="Every">It holds every so manieth row of the data.</param>
internal sealed record Fit(double[] X, string[] Part, double[] Target, double[] Prediction, double[] Spread, int Inputs, int Every = 1)
{
    public static Fit None { get; } = new([], [], [], [], [], 0);

    /// <summary>Mean of the Monte Carlo passes; empty where there were none.</summary>
    public double[] Mean { get; init; } = [];

    /// <summary>The passes' mean was stored; older versions kept one of the passes as the prediction, and no mean.</summary>
    public bool HasMean => Mean.Length > 0 && Mean.Length == Prediction.Length;

    /// <summary>What the spread is around, as far as it is known.</summary>
    public double[] Centre => HasMean ? Mean : Prediction;
}
