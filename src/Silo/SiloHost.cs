using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store;
using SweepCluster.Store.Leases;

namespace SweepCluster.Silo;

/// <summary>Why a silo ended.</summary>
public enum SiloEnd
{
    /// <summary>It was told to stop; its trials are given back.</summary>
    Stopped,

    /// <summary>No trial of the sweep it worked for is open.</summary>
    SweepDone,
}

/// <summary>A host process of the cluster: claims trials when a slot is free, keeps their leases, and gives them back when told to stop.</summary>
public sealed partial class SiloHost
{
    private readonly Ledger _ledger;
    private readonly SiloOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ILoggerFactory _loggers;
    private readonly ChannelWriter<SiloEvent>? _events;
    private readonly DataSets _dataSets;
    private readonly ConcurrentDictionary<Lease, Activation> _active = new();
    private readonly ConcurrentDictionary<SweepId, Specification> _specifications = new();
    // One waiting signal says as much as many.
    private readonly Channel<bool> _wake = Signal();
    private readonly Channel<bool> _beat = Signal();

    /// <param name="events">Hears what happens here; must never make the silo wait, so unbounded or dropping.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SiloHost(Ledger ledger, SiloOptions options, ILoggerFactory loggers, ChannelWriter<SiloEvent>? events = null, TimeProvider? time = null)
    {
        if (options.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(options));
        (_ledger, _options, _loggers, _events, _time) = (ledger, options, loggers, events, time ?? TimeProvider.System);
        _log = loggers.CreateLogger<SiloHost>();
        _dataSets = new DataSets(ledger);
    }

    public SiloId Id { get; } = SiloId.New();

    /// <summary>Works until told to stop, or until the sweep of <see cref="SiloOptions.UntilSweepDone"/> has nothing open.</summary>
    /// <param name="stop">Graceful: trials finish their epoch, keep a checkpoint and are given back.</param>
    /// <exception cref="StoreException">The store cannot be used, or was away for longer than <see cref="SiloOptions.StorePatience"/>.</exception>
    public async Task<SiloEnd> RunAsync(CancellationToken stop)
    {
        try
        {
            return await WorkAsync(stop);
        }
        catch (Exception e)
        {
            if (StoreFailures.Explain(e, _ledger.Address) is { } explained && explained != e) throw explained;
            throw;
        }
    }

    private async Task<SiloEnd> WorkAsync(CancellationToken stop)
    {
        await JoinAsync(stop);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var beating = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        var listening = new StoreSignal(_ledger, _time, _log).ListenAsync(() => _wake.Writer.TryWrite(true), () => _beat.Writer.TryWrite(true), done.Token);
        var heartbeat = BeatAsync(beating.Token);
        var claiming = ClaimAsync(done.Token, abandon.Token);
        try
        {
            // A heartbeat ends before its time only because the store was away too long.
            await await Task.WhenAny(claiming, heartbeat);
            return await claiming;
        }
        finally
        {
            await done.CancelAsync();
            await Quietly(Task.WhenAny(claiming, Task.Delay(_options.StopPatience, _time, CancellationToken.None)));
            await ReleaseAllAsync(abandon);
            await Quietly(listening);
            await beating.CancelAsync();
            await Quietly(heartbeat);
            await Quietly(_ledger.Silos.LeaveAsync(Id, CancellationToken.None));
            LogLeft(Id);
        }
    }

    private async Task JoinAsync(CancellationToken cancel)
    {
        var card = Machine.Card(Id, _options);
        await _ledger.Silos.JoinAsync(card, cancel);
        LogJoined(Id, card.Host, card.Slots);
        if (card.Boot is null) return;
        var gone = (await _ledger.Silos.NeighboursAsync(card.Host, card.Boot, cancel)).Where(n => Machine.IsGone(n.Process)).Select(n => n.Silo).ToList();
        if (gone.Count > 0) LogBuried(gone.Count, await _ledger.Silos.BuryAsync(gone, cancel));
    }

    private async Task<SiloEnd> ClaimAsync(CancellationToken stop, CancellationToken abandon)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (_options.Slots - _active.Count is > 0 and var free)
                {
                    // Not cancelled halfway: the store may have given what nobody would then hear of.
                    var claims = await _ledger.Leases.ClaimAsync(Id, free, _options.Lease, _options.UntilSweepDone, CancellationToken.None);
                    foreach (var claim in claims) await ActivateAsync(claim, abandon);
                    if (claims.Count == 0 && _active.IsEmpty && await IsDoneAsync()) return SiloEnd.SweepDone;
                    if (claims.Count == free) continue;
                }
                await WaitAsync(_wake.Reader, _options.Poll, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                LogStoreAway(e.Message);
                await WaitAsync(_wake.Reader, _options.Poll, stop);
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

    private async Task ActivateAsync(Claim claim, CancellationToken abandon)
    {
        try
        {
            if (!_specifications.TryGetValue(claim.Sweep, out var sweep)) _specifications[claim.Sweep] = sweep = await _ledger.Sweeps.SpecificationAsync(claim.Sweep, abandon);
            var configuration = Configuration.FromJson(claim.Configuration);
            var specification = sweep.Resolve(configuration, claim.Replicate);
            var grain = new TrialGrain(claim, specification, _ledger, _dataSets, _options.Grain, _time, _loggers.CreateLogger<TrialGrain>());
            var activation = new Activation(claim, configuration, specification.Training.Epochs, grain);
            _active[claim.Lease] = activation;
            activation.Life = LiveAsync(activation, abandon);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Written by another version of this program: another attempt here would only repeat it.
            LogNotUnderstood(claim.Lease.Trial, e.Message);
            await _ledger.Results.EndAsync(claim.Lease, Progress.None, new Ending.Failed(e.Message), CancellationToken.None);
        }
    }

    private async Task LiveAsync(Activation activation, CancellationToken abandon)
    {
        var (claim, configuration, epochs, grain) = activation;
        var (trial, sweep, ordinal, replicate) = (claim.Lease.Trial, claim.Sweep, claim.Ordinal, claim.Replicate);
        Publish(new TrialStarted(trial, sweep, ordinal, replicate, configuration, epochs, claim.Lease.Term));
        TrialEnd end;
        try
        {
            end = await grain.RunAsync(losses => Publish(new EpochTrained(trial, sweep, ordinal, replicate, configuration, losses, epochs)), abandon);
        }
        catch (Exception e)
        {
            // We are wrong. The lease runs out by itself; the bound on attempts ends a trial that does this every time.
            LogBroken(e, trial);
            end = new TrialEnd(null, e.Message, null, 0);
        }
        Publish(new TrialEnded(trial, sweep, ordinal, replicate, configuration, end.State, end.Reason, end.Last, end.Seconds));
        _active.TryRemove(claim.Lease, out _);
        _wake.Writer.TryWrite(true);
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        var answered = _time.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await RenewAsync(cancel);
                if (await _ledger.Leases.RescueAsync(_options.Lease, cancel) is > 0 and var rescued)
                {
                    LogRescued(rescued);
                    _wake.Writer.TryWrite(true);
                }
                answered = _time.GetTimestamp();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (StoreFailures.IsPassing(e))
            {
                LogStoreAway(e.Message);
                if (_time.GetElapsedTime(answered) > _options.StorePatience) throw;
            }
            await WaitAsync(_beat.Reader, _options.Renew, cancel);
        }
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        var held = _active.Values.ToList();
        var renewal = await _ledger.Leases.RenewAsync(Id, [.. held.Select(a => a.Claim.Lease)], _options.Lease, cancel);
        foreach (var activation in held)
        {
            if (renewal.Cancelled.Contains(activation.Claim.Lease)) activation.Grain.Cancel();
            else if (!renewal.Held.Contains(activation.Claim.Lease)) activation.Grain.Lose();
        }
    }

    private async Task ReleaseAllAsync(CancellationTokenSource abandon)
    {
        foreach (var activation in _active.Values) activation.Grain.Release();
        var ending = Task.WhenAll(_active.Values.Select(a => a.Life));
        if (await Task.WhenAny(ending, Task.Delay(_options.StopPatience, _time)) == ending) return;
        LogAbandoned(_active.Count);
        await abandon.CancelAsync();
    }

    private void Publish(SiloEvent happened) => _events?.TryWrite(happened);

    private static Channel<bool> Signal() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Until the signal, the time, or the stop: whichever comes first, and none of them is an error.
    private async Task WaitAsync(ChannelReader<bool> signal, TimeSpan longest, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(longest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            await signal.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
