using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;

namespace SweepCluster.Silo;

public sealed partial class SiloHost
{
    [LoggerMessage(20, LogLevel.Information, "silo {Silo} joined from {Host} with {Slots} slots")]
    private partial void LogJoined(SiloId silo, string host, int slots);

    [LoggerMessage(21, LogLevel.Information, "silo {Silo} left")]
    private partial void LogLeft(SiloId silo);

    [LoggerMessage(22, LogLevel.Information, "{Silos} silos of this machine are gone; {Trials} trials of theirs are free again")]
    private partial void LogBuried(int silos, int trials);

    [LoggerMessage(23, LogLevel.Information, "{Trials} trials rescued from silos that are silent")]
    private partial void LogRescued(int trials);

    [LoggerMessage(24, LogLevel.Warning, "the store is away: {Reason}")]
    private partial void LogStoreAway(string reason);

    [LoggerMessage(25, LogLevel.Error, "trial {Trial} cannot be read by this silo: {Reason}")]
    private partial void LogNotUnderstood(TrialId trial, string reason);

    [LoggerMessage(26, LogLevel.Error, "trial {Trial} ended by an error of this program")]
    private partial void LogBroken(Exception error, TrialId trial);

    [LoggerMessage(27, LogLevel.Warning, "{Trials} trials could not be given back in time; their leases run out by themselves")]
    private partial void LogAbandoned(int trials);
}
