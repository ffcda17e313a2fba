using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime.Placement;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.News;

namespace SweepCluster.Orleans;

/// <summary>
/// Silos connected by Orleans: membership and reminders in the store through its ADO.NET providers, a grain for each running trial
/// and for each sweep. Training runs off the grains' turns. No call decides anything, so none has to succeed.
/// </summary>
public sealed partial class OrleansEngine(Ledger ledger, OrleansEngineOptions? options = null, ILoggerFactory? loggers = null) : IEngine
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly OrleansEngineOptions _options = options ?? OrleansEngineOptions.Default;
    private readonly ILogger _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger<OrleansEngine>();
    private readonly HostedTrials _hosted = new();
    private OrleansConnection? _connection;

    public static bool IsPresent => true;

    /// <summary>Which Orleans it is, or why there is none.</summary>
    public static string About =>
        $"Orleans {typeof(Grain).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', '.', ' ') switch { [var a, var b, var c, ..] => $"{a}.{b}.{c}", _ => "of unknown version" }}";

    public string Name => "orleans";

    /// <summary>The engine for one silo, or null where this build has none.</summary>
    public static IEngine? Create(Ledger ledger, ILoggerFactory loggers) => new OrleansEngine(ledger, loggers: loggers);

    internal Task<OrleansSilo> SiloAsync(CancellationToken cancel = default) => Connection.WaitAsync(cancel);

    private OrleansConnection Connection => _connection ?? throw new InvalidOperationException("the engine has not joined");

    /// <summary>Does not wait for Orleans: where silos vanished it takes its time, and trials need none of it.</summary>
    public Task JoinAsync(SiloCard silo, SiloHints hints, CancellationToken cancel)
    {
        var logs = loggers ?? NullLoggerFactory.Instance;
        _connection = new OrleansConnection(
            leaving => OrleansSilo.StartAsync(silo, hints, _hosted, ledger, _options, logs, leaving),
            AddressAll,
            _log);
        _connection.Begin();
        return Task.CompletedTask;
    }

    public Task LeaveAsync(CancellationToken cancel) => Connection.LeaveAsync(cancel);

    public Task<IReadOnlyCollection<SiloId>> MembersAsync(CancellationToken cancel) => Task.FromResult(Connection.Current?.Members() ?? []);

    public async Task<TrialEnd> HostAsync(TrialGrain grain, Action<EpochLosses> trained, CancellationToken abandon)
    {
        var trial = _hosted.Add(grain.Lease.Trial, grain.Sweep);
        // Not waited for: a trial trains whether or not it can be addressed.
        var addressed = AddressAsync(trial);
        TrialEnd? end = null;
        try
        {
            end = await grain.RunAsync(
                losses =>
                {
                    trained(losses);
                    trial.Say(losses);
                },
                abandon);
            return end;
        }
        finally
        {
            trial.End(end);
            _hosted.Remove(trial);
            _ = DetachAsync(trial, addressed);
        }
    }

    public async Task NudgeAsync(SweepId sweep, CancellationToken cancel)
    {
        try
        {
            if (Connection.Current is { } silo)
            {
                var grain = silo.Grains.GetGrain<ISweepGrain>(sweep.Value);
                await grain.NudgeAsync().WaitAsync(cancel);
                if ((await grain.RunningAsync().WaitAsync(cancel)).All(trial => trial.IsOurs)) return;
            }
        }
        catch (Exception e) when (EngineFailures.IsPassing(e) && !cancel.IsCancellationRequested)
        {
            LogUnknownOutcome(e.Message);
        }
        // The way of the built-in engine, which silos of every engine hear.
        await ledger.Control.NudgeAsync(sweep, cancel);
    }

    public IAsyncEnumerable<TrialNews> FollowAsync(SweepId sweep, CancellationToken cancel) =>
        new SweepFollower(sweep, () => Connection.Current?.Grains, ledger).FollowAsync(cancel);

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void AddressAll(OrleansSilo joined)
    {
        foreach (var trial in _hosted.All) _ = AddressAsync(trial);
    }

    // Brings the trial's activation here, asking as often as it takes: an older one makes room when it is asked, and silos that know
    // where it is may be gone.
    private async Task AddressAsync(HostedTrial trial)
    {
        if (Connection.Current is not { } silo) return; // every trial is addressed when there is one
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.Address);
        for (var pause = FirstPause; _hosted.Find(trial.Id) == trial && Connection.Current == silo && !Connection.Leaving.IsCancellationRequested; pause = Longer(pause))
        {
            try
            {
                if (await silo.Grains.GetGrain<ITrialGrain>(trial.Id.Value).AttachAsync(silo.Address))
                {
                    await silo.Grains.GetGrain<ISweepGrain>(trial.Sweep.Value).KeepAsync();
                    return;
                }
            }
            catch (Exception e) when (EngineFailures.IsPassing(e))
            {
                LogNotAddressed(trial.Id, e.Message);
            }
            await Task.Delay(pause, Connection.Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause < LongestPause / 2 ? pause * 2 : LongestPause;

    private async Task DetachAsync(HostedTrial trial, Task addressed)
    {
        try
        {
            await addressed;
            if (Connection is { Leaving.IsCancellationRequested: false, Current: { } silo }) await silo.Grains.GetGrain<ITrialGrain>(trial.Id.Value).DetachAsync();
        }
        catch (Exception e) when (EngineFailures.IsPassing(e))
        {
            // An activation nobody needs goes by itself.
        }
    }

    [LoggerMessage(43, LogLevel.Debug, "a call to a sweep ended with an unknown outcome: {Reason}")]
    private partial void LogUnknownOutcome(string reason);

    [LoggerMessage(44, LogLevel.Debug, "trial {Trial} trains without an address so far: {Reason}")]
    private partial void LogNotAddressed(TrialId trial, string reason);
}
