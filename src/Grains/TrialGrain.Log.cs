using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;

namespace SweepCluster.Grains;

public sealed partial class TrialGrain
{
    [LoggerMessage(1, LogLevel.Information, "trial {Trial} is {State}")]
    private partial void LogEnded(TrialId trial, TrialState state);

    [LoggerMessage(6, LogLevel.Information, "trial {Trial} is {State} ({Reason})")]
    private partial void LogEndedBecause(TrialId trial, TrialState state, string reason);

    [LoggerMessage(2, LogLevel.Warning, "trial {Trial} is lost: its lease of term {Term} is no longer ours")]
    private partial void LogLost(TrialId trial, int term);

    [LoggerMessage(3, LogLevel.Warning, "trial {Trial} begins again, its checkpoint cannot be used: {Reason}")]
    private partial void LogCheckpointRefused(TrialId trial, string reason);

    [LoggerMessage(4, LogLevel.Error, "trial {Trial} failed while training")]
    private partial void LogTrainingFailed(Exception error, TrialId trial);

    [LoggerMessage(5, LogLevel.Warning, "trial {Trial} waits for the store: {Reason}")]
    private partial void LogStoreAway(TrialId trial, string reason);
}
