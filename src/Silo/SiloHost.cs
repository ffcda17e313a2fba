using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Store;
using SweepCluster.Store.News;
using SweepCluster.Training;

namespace SweepCluster.Silo;

/// <summary>Why a silo ended.</summary>
public enum SiloEnd
{
    /// <summary>It was told to stop; its trials are given back.</summary>
    Stopped,

    /// <summary>No trial of the sweep it worked for is open.</summary>
    SweepDone,

    /// <summary>It had nothing to do for <see cref="SiloOptions.IdlePatience"/>.</summary>
    Idle,
}

/// <summary>A host process of the cluster: claims trials when a slot is free, keeps their leases, and gives them back when told to stop.</summary>
public sealed partial class SiloHost
{
    private readonly Ledger _ledger;
    private readonly SiloOptions _options;
    private readonly IEngine _engine;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TrialSlots _slots;
    private readonly NewsDesk _news;
    private readonly Signal _wake;
    private readonly Signal _beat;

    /// <param name="events">Hears what happens here; must never make the silo wait, so unbounded or dropping.</param>
    /// <param name="engine">Connects it with the other silos; by default the built-in one. Who made it disposes it.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SiloHost(
        Ledger ledger, SiloOptions options, ILoggerFactory loggers, ChannelWriter<SiloEvent>? events = null, TimeProvider? time = null, IEngine? engine = null)
    {
        if (options.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(options));
        (_ledger, _options, _time, _engine) = (ledger, options, time ?? TimeProvider.System, engine ?? new BuiltInEngine(ledger));
        _log = loggers.CreateLogger<SiloHost>();
        Health = new SiloHealth(options.Lease, _time);
        (_wake, _beat, _news) = (new Signal(_time), new Signal(_time), new NewsDesk(ledger, _time));
        _slots = new TrialSlots(ledger, options, _engine, _news, _wake, loggers, events, _time);
    }

    public SiloId Id { get; } = SiloId.New();

    public SiloHealth Health { get; }

    /// <summary>Works until told to stop, or until the sweep of <see cref="SiloOptions.UntilSweepDone"/> has nothing open.</summary>
    /// <param name="stop">Graceful: trials finish their epoch, keep a checkpoint and are given back.</param>
    /// <exception cref="StoreException">The store cannot be used, was away for longer than <see cref="SiloOptions.StorePatience"/>, or was migrated by a version too new for this one.</exception>
    public async Task<SiloEnd> RunAsync(CancellationToken stop)
    {
        try
        {
            return await WorkAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while it was joining.
            await LeaveAsync();
            return SiloEnd.Stopped;
        }
        catch (Exception e)
        {
            if (StoreFailures.Explain(e, _ledger.Address) is { } explained && explained != e) throw explained;
            throw;
        }
    }

    private async Task<SiloEnd> WorkAsync(CancellationToken stop)
    {
        WarmUp.Begin(); // beside the store's answers
        await JoinAsync(stop);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var beating = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        var listening = new StoreSignal(_ledger, _time, _log).ListenAsync(HearWork, HearControl, HearWatch, done.Token);
        var sending = _news.SendAsync(beating.Token);
        var heartbeat = new Heartbeat(Id, _ledger, _options, _slots, _beat, _wake, Health, _time, _log).BeatAsync(beating.Token);
        var claiming = ClaimAsync(done.Token, abandon.Token);
        Measures.Begin();
        Measures.Slots.Add(_options.Slots);
        try
        {
            // A heartbeat ends before its time only because the store was away too long, or has left this version behind.
            await await Task.WhenAny(claiming, heartbeat);
            return await claiming;
        }
        finally
        {
            Health.Stop();
            Measures.Slots.Add(-_options.Slots);
            await done.CancelAsync();
            await Quietly(Task.WhenAny(claiming, Task.Delay(_options.StopPatience, _time, CancellationToken.None)));
            await _slots.ReleaseAllAsync(abandon);
            await Quietly(listening);
            await beating.CancelAsync();
            await Quietly(heartbeat);
            await Quietly(sending);
            await LeaveAsync();
        }
    }

    private async Task JoinAsync(CancellationToken cancel)
    {
        var card = Machine.Card(Id, _options, _engine.Name);
        await _ledger.Silos.JoinAsync(card, cancel);
        await _engine.JoinAsync(card, new SiloHints(_wake.Set, _beat.Set), cancel);
        LogJoined(Id, card.Host, card.Slots, _engine.Name);
        if (card.Boot is null) return;
        var gone = (await _ledger.Silos.NeighboursAsync(card.Host, card.Boot, cancel)).Where(n => Machine.IsGone(n.Process)).Select(n => n.Silo).ToList();
        if (gone.Count > 0) LogBuried(gone.Count, await _ledger.Silos.BuryAsync(gone, cancel));
    }

    // The store may be away, and the process wants to end: bounded, and what is left undone the leases do.
    private async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(_options.LeavePatience, _time);
        await Quietly(Task.WhenAll(_engine.LeaveAsync(patience.Token), _ledger.Silos.LeaveAsync(Id, patience.Token)));
        LogLeft(Id);
    }

    private async Task<SiloEnd> ClaimAsync(CancellationToken stop, CancellationToken abandon)
    {
        var unsure = false;
        var outage = new Outage(_time);
        var busy = _time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            // Also while every slot is taken for hours, and nothing is asked.
            if (!_slots.IsEmpty) busy = _time.GetTimestamp();
            try
            {
                if (unsure)
                {
                    var given = await _ledger.Leases.RecallAsync(Id, [.. _slots.Active.Select(a => a.Claim.Lease)], _options.Lease, CancellationToken.None);
                    if (given.Count > 0) LogRecalled(given.Count);
                    foreach (var claim in given) await _slots.ActivateAsync(claim, abandon);
                    unsure = false;
                }
                if (_slots.Free is > 0 and var free)
                {
                    // Not cancelled halfway: the store may have given what nobody would then hear of.
                    if (_options.UntilSweepDone is { } only) free = await _slots.FitAsync(only, free, CancellationToken.None);
                    var asked = _time.GetTimestamp();
                    var claims = free == 0 ? [] : await _ledger.Leases.ClaimAsync(
                        Id, free, _options.Lease, _options.UntilSweepDone, _slots.Shares, _slots.LeftToOthers, _options.Slots, CancellationToken.None);
                    Measures.ClaimSeconds.Record(_time.GetElapsedTime(asked).TotalSeconds);
                    Measures.Claims.Add(claims.Count);
                    foreach (var claim in claims) await _slots.ActivateAsync(claim, abandon);
                    var isDone = claims.Count == 0 && _slots.IsEmpty && await IsDoneAsync();
                    if (claims.Count == 0) await _slots.TestAsync(stop);
                    if (isDone) return SiloEnd.SweepDone;
                    _ = outage.Ends();
                    if (claims.Count > 0) busy = _time.GetTimestamp();
                    else if (_slots.IsEmpty && _time.GetElapsedTime(busy) > _options.IdlePatience)
                    {
                        LogIdle(_options.IdlePatience.Value.TotalSeconds);
                        return SiloEnd.Idle;
                    }
                    if (claims.Count > 0) continue;
                }
                await _wake.WaitAsync(_options.Poll, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                // The store may have given what it could no longer say.
                unsure = true;
                busy = _time.GetTimestamp();
                if (outage.Fails()) LogStoreAway(e.Message);
                Measures.Unanswered.Add(1);
                await _wake.WaitAsync(_options.Poll, stop);
            }
        }
        return SiloEnd.Stopped;
    }

    private async Task<bool> IsDoneAsync()
    {
        if (_options.UntilSweepDone is not { } sweep) return false;
        await _ledger.Leases.RescueAsync(_options.Lease);
        return !await _ledger.Sweeps.IsOpenAsync(sweep);
    }

    private void HearWork(SweepId? sweep)
    {
        _ledger.Leases.LookAgain(sweep);
        _wake.Set();
    }

    private void HearControl(SweepId? sweep)
    {
        if (sweep is not { } named || _slots.Holds(named)) _beat.Set();
    }

    private void HearWatch(SweepId sweep) => _news.Watch(
        sweep, _slots.Active.Where(a => a.Claim.Sweep == sweep).Select(a => new TrialNews(sweep, a.Claim.Lease.Trial, a.Claim.Ordinal, a.Claim.Replicate, TrialState.Running, 0, null, null)));

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
