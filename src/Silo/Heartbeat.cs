using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Store;

namespace SweepCluster.Silo;

/// <summary>Keeps the leases of a silo's trials, brings them what a person asked for, and rescues from silos that are silent.</summary>
internal sealed partial class Heartbeat(SiloId silo, Ledger ledger, SiloOptions options, TrialSlots slots, Signal beat, Signal wake, SiloHealth health, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Ends with its token, or with an exception when the store was away for longer than the silo's patience.</summary>
    public async Task BeatAsync(CancellationToken cancel)
    {
        var answered = time.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            health.Turn();
            var pause = options.Renew;
            try
            {
                await RenewAsync(cancel);
                if (await ledger.Leases.RescueAsync(options.Lease, cancel) is > 0 and var rescued)
                {
                    LogRescued(rescued);
                    Measures.Rescues.Add(rescued);
                    wake.Set();
                }
                answered = time.GetTimestamp();
                health.Answer();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                LogStoreAway(e.Message);
                Measures.Unanswered.Add(1);
                if (time.GetElapsedTime(answered) > options.StorePatience) throw;
                // Once it is back there is one lease duration to renew in.
                pause = options.Renew < Retry ? options.Renew : Retry;
            }
            await beat.WaitAsync(pause, cancel);
        }
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        var held = slots.Active;
        var renewal = await ledger.Leases.RenewAsync(silo, [.. held.Select(a => a.Claim.Lease)], options.Lease, cancel);
        foreach (var activation in held)
        {
            var lease = activation.Claim.Lease;
            if (renewal.Cancelled.Contains(lease)) activation.Grain.Cancel();
            else if (renewal.Paused.Contains(lease)) activation.Grain.Release();
            else if (!renewal.Held.Contains(lease)) activation.Grain.Lose();
        }
    }

    [LoggerMessage(23, LogLevel.Information, "{Trials} trials rescued from silos that are silent")]
    private partial void LogRescued(int trials);

    [LoggerMessage(24, LogLevel.Warning, "the store is away: {Reason}")]
    private partial void LogStoreAway(string reason);
}
