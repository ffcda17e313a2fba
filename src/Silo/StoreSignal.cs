using Microsoft.Extensions.Logging;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Store;
using SweepCluster.Store.News;

namespace SweepCluster.Silo;

/// <summary>Wakes a silo when the store announces work or a person's wish. It may miss some: the silo also asks by itself.</summary>
internal sealed partial class StoreSignal(Ledger ledger, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="work">There may be something to claim of a sweep; null: of any, as it is when nobody listened for a while.</param>
    /// <param name="control">Somebody asked something of a sweep; null: perhaps, while nobody listened.</param>
    /// <param name="watch">Somebody watches a sweep.</param>
    public async Task ListenAsync(Action<SweepId?> work, Action<SweepId?> control, Action<SweepId> watch, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var connection = await ledger.Source.OpenConnectionAsync(cancel);
                connection.Notification += (_, e) =>
                {
                    if (e.Channel == StoreChannels.Work) work(SweepId.TryParse(e.Payload));
                    else if (e.Channel == StoreChannels.Control) control(new SweepId(e.Payload));
                    else watch(new SweepId(e.Payload));
                };
                await using (var listen = new NpgsqlCommand($"LISTEN {StoreChannels.Work}; LISTEN {StoreChannels.Control}; LISTEN {StoreChannels.Watch}", connection))
                    await listen.ExecuteNonQueryAsync(cancel);
                control(null);
                work(null);
                while (true) await connection.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                LogDeaf(e.Message);
                await Task.Delay(Pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(10, LogLevel.Debug, "the store's announcements are not heard: {Reason}")]
    private partial void LogDeaf(string reason);
}
