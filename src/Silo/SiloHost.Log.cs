using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;

namespace SweepCluster.Silo;

public sealed partial class SiloHost
{
    [LoggerMessage(20, LogLevel.Information, "silo {Silo} joined from {Host} with {Slots} slots, engine {Engine}")]
    private partial void LogJoined(SiloId silo, string host, int slots, string engine);

    [LoggerMessage(21, LogLevel.Information, "silo {Silo} left")]
    private partial void LogLeft(SiloId silo);

    [LoggerMessage(22, LogLevel.Information, "{Silos} silos of this machine are gone; {Trials} trials of theirs are free again")]
    private partial void LogBuried(int silos, int trials);

    [LoggerMessage(28, LogLevel.Warning, "no trials claimed, the store is away: {Reason}")]
    private partial void LogStoreAway(string reason);

    [LoggerMessage(29, LogLevel.Information, "{Trials} trials recalled that the store gave without being able to say so")]
    private partial void LogRecalled(int trials);

    [LoggerMessage(32, LogLevel.Information, "nothing to do for {Seconds} s, so it leaves")]
    private partial void LogIdle(double seconds);
}
