using Microsoft.Extensions.Logging;
using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Silo;

/// <summary>Wakes a silo when the store announces work or a person's wish. It may miss some: the silo also asks by itself.</summary>
internal sealed partial class StoreSignal(Ledger ledger, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="work">There may be something to claim.</param>
    /// <param name="control">Somebody cancelled or paused a sweep.</param>
    public async Task ListenAsync(Action work, Action control, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var connection = await ledger.Source.OpenConnectionAsync(cancel);
                connection.Notification += (_, e) => (e.Channel == "sweep_control" ? control : work)();
                await using (var listen = new NpgsqlCommand("LISTEN sweep_work; LISTEN sweep_control", connection)) await listen.ExecuteNonQueryAsync(cancel);
                // What was said while nobody listened.
                control();
                work();
                while (true) await connection.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                LogDeaf(e.Message);
                await Task.Delay(Pause, time, cancel).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    [LoggerMessage(10, LogLevel.Debug, "the store's announcements are not heard: {Reason}")]
    private partial void LogDeaf(string reason);
}
