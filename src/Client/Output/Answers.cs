using SweepCluster.Client.Comparing;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>A sweep in the JSON of list, status and show.</summary>
internal sealed record SweepAnswer(string Id, string Name, SweepState State, long Trials, long Completed, long Failed, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    public static SweepAnswer Of(SweepSummary sweep) =>
        new(sweep.Id.Value, sweep.Name, sweep.State, sweep.Trials, sweep.Completed, sweep.Failed, sweep.CreatedAt.ToUniversalTime(), sweep.FinishedAt?.ToUniversalTime());
}

/// <summary>A trial in the JSON of show.</summary>
internal sealed record TrialAnswer(
    long Id, long Ordinal, int Replicate, object Configuration, TrialState State, int Attempts, int Epochs, double? TrainingLoss, double? ValidationLoss,
    double? TestLoss, double? BestValidationLoss, double Seconds, string? ThetaSha256, string? Error, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    string? StoppedBy, int? ThetaEpoch, IReadOnlyDictionary<string, double> Metrics)
{
    public static TrialAnswer Of(TrialSummary trial) =>
        new(trial.Id.Value, trial.Ordinal, trial.Replicate, JsonOutput.Stored(trial.Configuration), trial.State, trial.Attempts, trial.Epochs, trial.TrainingLoss,
            trial.ValidationLoss, trial.TestLoss, trial.BestValidationLoss, trial.Seconds, trial.ThetaSha256, trial.Error, trial.StartedAt?.ToUniversalTime(), trial.FinishedAt?.ToUniversalTime(),
            trial.StoppedBy, trial.ThetaEpoch, trial.Metrics);
}

/// <summary>A silo in the JSON of status.</summary>
/// <param name="Trials">How many it trains now.</param>
/// <param name="HeartbeatAge">Seconds since its last sign of life.</param>
internal sealed record SiloAnswer(string Id, string Host, string Engine, long Trials, int Slots, double HeartbeatAge);

/// <summary>A configuration over its replicates, in the JSON of show, status and best.</summary>
/// <param name="ValidationLoss">Mean over the replicates; null where one of them has none.</param>
/// <param name="Value">Mean of what the sweep's trials are compared by; the deviation, the interval and the difference are of it.</param>
internal sealed record ConfigurationAnswer(
    long Ordinal, object Configuration, int Replicates, double? ValidationLoss, double Value, double Deviation, double Low, double High,
    double? Difference, double? DifferenceLow, double? DifferenceHigh)
{
    public static ConfigurationAnswer Of(ConfigurationResult one) => new(
        one.Loss.Ordinal, JsonOutput.Stored(one.Configuration.ToJson()), one.Loss.Count, one.ValidationLoss, one.Loss.Mean, one.Loss.Deviation, one.Loss.Low, one.Loss.High,
        one.Loss.ToBest?.Mean, one.Loss.ToBest?.Low, one.Loss.ToBest?.High);
}

/// <summary>The JSON of best.</summary>
/// <param name="ValidationLoss">Mean over the replicates; null where one of them has none.</param>
/// <param name="Value">Mean of what the sweep's trials are compared by; the deviation and the interval are of it.</param>
/// <param name="Next">The runner-up, compared with the best.</param>
internal sealed record BestAnswer(
    string Sweep, long Ordinal, object Configuration, double? ValidationLoss, double Deviation, double Low, double High, IReadOnlyList<long> Trials,
    string Objective, bool Maximize, double Value, ConfigurationAnswer? Next)
{
    public static BestAnswer Of(SweepId sweep, ConfigurationResult best, ConfigurationResult? next, Objective objective) =>
        new(sweep.Value, best.Loss.Ordinal, JsonOutput.Stored(best.Configuration.ToJson()), best.ValidationLoss, best.Loss.Deviation, best.Loss.Low, best.Loss.High,
            [.. best.Trials.Select(trial => trial.Id.Value)], objective.Metric, objective.Maximize, best.Loss.Mean, next is null ? null : ConfigurationAnswer.Of(next));
}

/// <summary>One configuration in the JSON of diff.</summary>
internal sealed record SharedAnswer(
    object Configuration, double A, double B, double DeviationA, double DeviationB, int SameTheta, int Compared, int Paired, double? Difference, double? DifferenceLow, double? DifferenceHigh)
{
    public static SharedAnswer Of(SharedConfiguration shared) =>
        new(JsonOutput.Stored(shared.Configuration.ToJson()), shared.Left.Mean, shared.Right.Mean, shared.Left.Deviation, shared.Right.Deviation, shared.SameBits, shared.Compared,
            shared.Paired?.Count ?? 0, shared.Paired?.Mean, shared.Paired?.Low, shared.Paired?.High);
}
