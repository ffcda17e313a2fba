using System.Reflection;
using System.Runtime.CompilerServices;
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
    private readonly CancellationTokenSource _leaving = new();
    private Task<OrleansSilo> _silo = Task.FromException<OrleansSilo>(new InvalidOperationException("the engine has not joined"));

    public static bool IsPresent => true;

    /// <summary>Which Orleans it is, or why there is none.</summary>
    public static string About =>
        $"Orleans {typeof(Grain).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', '.', ' ') switch { [var a, var b, var c, ..] => $"{a}.{b}.{c}", _ => "of unknown version" }}";

    public string Name => "orleans";

    /// <summary>The engine for one silo, or null where this build has none.</summary>
    public static IEngine? Create(Ledger ledger, ILoggerFactory loggers) => new OrleansEngine(ledger, loggers: loggers);

    internal IGrainFactory Grains => _silo.Result.Grains;

    internal SiloAddress Address => _silo.Result.Address;

    public async Task JoinAsync(SiloCard silo, SiloHints hints, CancellationToken cancel)
    {
        _silo = OrleansSilo.StartAsync(silo, hints, _hosted, ledger, _options, loggers ?? NullLoggerFactory.Instance, _leaving.Token);
        if (await Task.WhenAny(_silo, Task.Delay(_options.JoinPatience, cancel)) != _silo) LogJoinsLate();
        else if (_silo.IsFaulted) await _silo;
    }

    public async Task LeaveAsync(CancellationToken cancel)
    {
        await _leaving.CancelAsync();
        if (_silo.IsCompletedSuccessfully) await (await _silo).StopAsync(cancel);
    }

    public Task<IReadOnlyCollection<SiloId>> MembersAsync(CancellationToken cancel) =>
        Task.FromResult(_silo.IsCompletedSuccessfully ? _silo.Result.Members() : []);

    public async Task<TrialEnd> HostAsync(TrialGrain grain, Action<EpochLosses> trained, CancellationToken abandon)
    {
        var trial = _hosted.Add(grain.Lease.Trial);
        // Not waited for: a trial trains whether or not it can be addressed yet.
        var addressed = AddressAsync(trial, grain.Sweep);
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
            var grain = (await _silo.WaitAsync(cancel)).Grains.GetGrain<ISweepGrain>(sweep.Value);
            await grain.NudgeAsync().WaitAsync(cancel);
            if ((await grain.RunningAsync().WaitAsync(cancel)).All(trial => trial.IsOurs)) return;
        }
        catch (Exception e) when (EngineFailures.IsPassing(e) && !cancel.IsCancellationRequested)
        {
            LogUnknownOutcome(e.Message);
        }
        // The way of the built-in engine, which silos of every engine hear.
        await ledger.Control.NudgeAsync(sweep, cancel);
    }

    public async IAsyncEnumerable<TrialNews> FollowAsync(SweepId sweep, [EnumeratorCancellation] CancellationToken cancel)
    {
        var silo = await _silo.WaitAsync(cancel);
        await foreach (var news in new SweepFollower(sweep, silo.Grains, ledger).FollowAsync(cancel)) yield return news;
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        if (await _silo.ContinueWith(s => s.IsCompletedSuccessfully ? s.Result : null, TaskScheduler.Default) is { } silo) await silo.DisposeAsync();
        _leaving.Dispose();
    }

    // Brings the trial's activation here. An older one may live elsewhere; it makes room when it is asked.
    private async Task AddressAsync(HostedTrial trial, SweepId sweep)
    {
        try
        {
            var silo = await _silo.WaitAsync(_leaving.Token);
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.Address);
            for (var pause = FirstPause; !await silo.Grains.GetGrain<ITrialGrain>(trial.Id.Value).AttachAsync(silo.Address); pause *= 2)
            {
                await Task.Delay(pause < LongestPause ? pause : LongestPause, _leaving.Token);
                if (_hosted.Find(trial.Id) != trial) return;
            }
            if (silo.IsFirstOf(sweep)) await silo.Grains.GetGrain<ISweepGrain>(sweep.Value).KeepAsync();
        }
        catch (Exception e) when (EngineFailures.IsPassing(e))
        {
            LogNotAddressed(trial.Id, e.Message);
        }
    }

    private async Task DetachAsync(HostedTrial trial, Task addressed)
    {
        try
        {
            await addressed;
            if (!_leaving.IsCancellationRequested) await (await _silo).Grains.GetGrain<ITrialGrain>(trial.Id.Value).DetachAsync();
        }
        catch (Exception e) when (EngineFailures.IsPassing(e))
        {
            // An activation nobody needs goes by itself.
        }
    }

    [LoggerMessage(41, LogLevel.Warning, "Orleans takes its time to join (silos that vanished are waited for); this silo works meanwhile")]
    private partial void LogJoinsLate();

    [LoggerMessage(42, LogLevel.Debug, "a call to a sweep ended with an unknown outcome: {Reason}")]
    private partial void LogUnknownOutcome(string reason);

    [LoggerMessage(43, LogLevel.Debug, "trial {Trial} trains without an address: {Reason}")]
    private partial void LogNotAddressed(TrialId trial, string reason);
}
