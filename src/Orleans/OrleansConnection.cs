using Microsoft.Extensions.Logging;

namespace SweepCluster.Orleans;

/// <summary>Keeps a silo among the others: starts its Orleans host, and another one when that could not join or was given up.</summary>
/// <param name="start">Starts a host; may take long where silos vanished, because Orleans asks each of them first.</param>
/// <param name="joined">Called each time that one has joined.</param>
internal sealed partial class OrleansConnection(Func<CancellationToken, Task<OrleansSilo>> start, Action<OrleansSilo> joined, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(0.5);

    private readonly CancellationTokenSource _leaving = new();
    private volatile TaskCompletionSource<OrleansSilo> _silo = Fresh();
    private Task _keeping = Task.CompletedTask;

    /// <summary>Null while the silo is not among the others.</summary>
    public OrleansSilo? Current => _silo.Task is { IsCompletedSuccessfully: true } silo ? silo.Result : null;

    public CancellationToken Leaving => _leaving.Token;

    public void Begin() => _keeping = Task.Run(KeepAsync);

    public Task<OrleansSilo> WaitAsync(CancellationToken cancel) => _silo.Task.WaitAsync(cancel);

    public async Task LeaveAsync(CancellationToken cancel)
    {
        await _leaving.CancelAsync();
        await _keeping.WaitAsync(cancel);
        if (Current is { } silo) await silo.StopAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        // With the store away Orleans would try for a minute to write that it left.
        await Task.WhenAny(EndAsync(), Task.Delay(EndPatience));
    }

    private async Task EndAsync()
    {
        await _keeping;
        if (Current is { } silo) await silo.DisposeAsync();
    }

    private async Task KeepAsync()
    {
        while (!_leaving.IsCancellationRequested)
        {
            try
            {
                var silo = await start(_leaving.Token);
                _silo.SetResult(silo);
                LogJoined(silo.Address.ToString());
                joined(silo);
                LogGivenUp(await silo.GivenUp.WaitAsync(_leaving.Token));
                _silo = Fresh();
                await silo.DisposeAsync();
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                LogNotJoined(e.Message);
                await Task.Delay(Pause, _leaving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TaskCompletionSource<OrleansSilo> Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(40, LogLevel.Information, "among the Orleans silos as {Address}")]
    private partial void LogJoined(string address);

    [LoggerMessage(41, LogLevel.Warning, "Orleans gave this silo up; it works on and joins again: {Reason}")]
    private partial void LogGivenUp(string reason);

    [LoggerMessage(42, LogLevel.Warning, "Orleans did not let this silo join; it works on and asks again: {Reason}")]
    private partial void LogNotJoined(string reason);
}
