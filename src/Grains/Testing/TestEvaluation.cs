using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.Queries;
using SweepCluster.Store.Testing;
using SweepCluster.Training;

namespace SweepCluster.Grains.Testing;

/// <summary>
/// Looks at the test part, once a sweep: when no trial is open, the trials of the best configuration are taken from their last
/// snapshots, and what they say of the test rows is recorded in one transaction. What programs said of them themselves is opened.
/// Of several silos the first to record wins; what the others computed is the same, and dropped.
/// </summary>
public sealed partial class TestEvaluation(Ledger ledger, DataSets dataSets, GrainOptions options, ILogger log)
{
    private readonly ConcurrentDictionary<SweepId, bool> _left = new();

    /// <param name="only">Look at this sweep alone.</param>
    public async Task RunAsync(SweepId? only, CancellationToken cancel)
    {
        foreach (var sweep in await ledger.Tests.DueAsync(only, cancel))
        {
            if (_left.ContainsKey(sweep)) continue;
            try
            {
                var specification = await ledger.Sweeps.SpecificationAsync(sweep, cancel);
                var objective = specification.Objective;
                var finished = (await ledger.Trials.OfSweepAsync(sweep, cancel)).Where(trial => trial.State is TrialState.Completed or TrialState.Stopped && trial.ValueOf(objective) is { } value && double.IsFinite(value)).ToList();
                if (TestSelection.Of(finished.Select(trial => new Candidate(trial.Ordinal, trial.Replicate, trial.ValueOf(objective)!.Value)), objective.Maximize) is not { } selected)
                {
                    await ledger.Tests.PassAsync(sweep, cancel);
                    continue;
                }
                var best = finished.Where(trial => trial.Ordinal == selected);
                List<TestedTrial> tested = specification.HasProgram
                    ? [.. best.Select(trial => new TestedTrial(trial.Id, trial.Metrics.TryGetValue("test", out var loss) ? loss : null, null))]
                    : await TestAsync(sweep, specification, best, cancel);
                if (await ledger.Tests.RecordAsync(sweep, selected, tested, cancel)) LogTested(sweep, selected, tested.Count);
            }
            catch (Exception e) when (e is SweepNotUnderstoodException or FormatException or ArgumentException)
            {
                // Launched by another version of this program: whoever understands it may look.
                _left.TryAdd(sweep, true);
                LogLeft(sweep, e.Message);
            }
        }
    }

    private async Task<List<TestedTrial>> TestAsync(SweepId sweep, Specification specification, IEnumerable<TrialSummary> selected, CancellationToken cancel)
    {
        var tested = new List<TestedTrial>();
        foreach (var trial in selected)
        {
            var plan = TrialPlan.Of(specification.Resolve(Configuration.FromJson(trial.Configuration), trial.Replicate));
            if (await dataSets.LoadAsync(plan, cancel) is { } lacking)
                LogNotTested(sweep, trial.Id, lacking);
            else if (await TestAsync(trial.Id, plan, trial.ThetaSha256, cancel) is { } one)
                tested.Add(one);
        }
        return tested;
    }

    private async Task<TestedTrial?> TestAsync(TrialId trial, TrialPlan plan, string? sha256, CancellationToken cancel)
    {
        var data = dataSets.Get(plan.Data);
        if (data.RowsOf(Part.Test).Length == 0) return null;
        var epochs = await ledger.Trials.SnapshotEpochsAsync(trial, cancel);
        if (epochs.Count == 0 || await ledger.Trials.ParametersAsync(trial, epochs[^1], cancel) is not { } theta || ParameterHash.Sha256(theta) != sha256)
        {
            LogWithoutParameters(trial);
            return null;
        }
        // θ decides, whoever trained it: another trainer's is evaluated by ours.
        var session = TrainingSession.Restore(plan.Training, data, theta, epochs[^1]);
        return new TestedTrial(trial, session.EvaluateTest(), Predictions.Of(session, plan, options.SpreadPasses).ToFit(data));
    }

    [LoggerMessage(50, LogLevel.Information, "sweep {Sweep}: configuration {Ordinal} is the best; {Trials} of its trials were evaluated on the test part")]
    private partial void LogTested(SweepId sweep, long ordinal, int trials);

    [LoggerMessage(53, LogLevel.Warning, "sweep {Sweep} is not evaluated on its test part by this silo: {Reason}")]
    private partial void LogLeft(SweepId sweep, string reason);

    [LoggerMessage(51, LogLevel.Warning, "sweep {Sweep}: trial {Trial} cannot be evaluated on the test part: {Reason}")]
    private partial void LogNotTested(SweepId sweep, TrialId trial, string reason);

    [LoggerMessage(52, LogLevel.Warning, "trial {Trial} cannot be evaluated on the test part: the store lacks its final parameters")]
    private partial void LogWithoutParameters(TrialId trial);
}
