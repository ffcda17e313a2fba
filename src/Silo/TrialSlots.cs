using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Grains.Programs;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Grains.Testing;
using SweepCluster.Programs.Reporting;
using SweepCluster.Store;
using SweepCluster.Store.Leases;
using SweepCluster.Store.News;

namespace SweepCluster.Silo;

/// <summary>The trials that live in this silo, from their claim to their end.</summary>
/// <param name="wake">Set when a slot is free again.</param>
internal sealed partial class TrialSlots(
    Ledger ledger, SiloOptions options, IEngine engine, NewsDesk news, Signal wake, ILoggerFactory loggers, ChannelWriter<SiloEvent>? events, TimeProvider time)
{
    private readonly ConcurrentDictionary<Lease, Activation> _active = new();
    private readonly ConcurrentDictionary<SweepId, Specification> _specifications = new();
    private readonly ConcurrentDictionary<SweepId, bool> _left = new();
    private readonly SlotShares _shares = new(time);
    private readonly DataSets _dataSets = new(ledger);
    private readonly TestEvaluation _tests = new(ledger, new DataSets(ledger), options.Grain, loggers.CreateLogger<TestEvaluation>());
    private readonly ILogger _log = loggers.CreateLogger<SiloHost>();

    /// <summary>
    /// A trial whose end is being recorded needs no core: the next one is claimed meanwhile, or the slot would stand still for two round
    /// trips and a disk. No more of them than slots, so that a store that takes nothing is not given ever more to wait for.
    /// </summary>
    public int Free => Math.Min(options.Slots - _active.Values.Where(a => !a.Grain.Computed.IsCompleted).Sum(a => a.Cores), (2 * options.Slots) - _active.Count);

    public bool IsEmpty => _active.IsEmpty;

    public IReadOnlyCollection<Activation> Active => [.. _active.Values];

    /// <summary>What each sweep had of this silo's slots lately: who had least is claimed from first.</summary>
    public IReadOnlyDictionary<SweepId, double> Shares => _shares.Of(_active.Values.Select(a => (a.Claim.Sweep, a.Started)));

    /// <summary>Sweeps with trials that another silo must train.</summary>
    public IReadOnlyCollection<SweepId> LeftToOthers => [.. _left.Keys];

    /// <summary>Looks at the test parts of sweeps that are complete.</summary>
    public Task TestAsync(CancellationToken cancel) => _tests.RunAsync(options.UntilSweepDone, cancel);

    /// <summary>How many trials of one sweep fit into so many free slots; one that fits into no silo is trained alone.</summary>
    public async Task<int> FitAsync(SweepId sweep, int free, CancellationToken cancel)
    {
        var cores = (await SpecificationAsync(sweep, cancel)).Cores;
        return free / cores > 0 ? free / cores : _active.Values.All(a => a.Grain.Computed.IsCompleted) ? 1 : 0;
    }

    public bool Holds(SweepId sweep) => _active.Values.Any(a => a.Claim.Sweep == sweep);

    public async Task ActivateAsync(Claim claim, CancellationToken abandon)
    {
        try
        {
            var sweep = await SpecificationAsync(claim.Sweep, abandon);
            var configuration = Configuration.FromJson(claim.Configuration);
            var specification = sweep.Resolve(configuration, claim.Replicate);
            if (await LeaveToOthersAsync(claim, specification)) return;
            var grain = new TrialGrain(claim, specification, ledger, _dataSets, options.Grain, time, loggers.CreateLogger<TrialGrain>());
            var activation = new Activation(claim, configuration, specification.Training.Epochs, grain, time.GetTimestamp(), sweep.Cores);
            _active[claim.Lease] = activation;
            Measures.Running.Add(1);
            activation.Life = LiveAsync(activation, abandon);
            _ = WakeAfterAsync(grain.Computed);
        }
        catch (SweepNotUnderstoodException e)
        {
            // Launched by another version of this program, which has silos of its own while it is rolled out. Who works for one sweep alone is alone.
            if (_left.TryAdd(claim.Sweep, true)) LogNotUnderstood(claim.Sweep, e.Message);
            await ledger.Results.EndAsync(claim.Lease, Progress.None, options.UntilSweepDone is null ? new Ending.Released() : new Ending.Failed(e.Message), CancellationToken.None);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // This one configuration: another attempt here would only repeat it, and the others of its sweep may be good.
            LogNotTrainable(claim.Lease.Trial, e.Message);
            await ledger.Results.EndAsync(claim.Lease, Progress.None, new Ending.Failed(e.Message), CancellationToken.None);
        }
    }

    /// <summary>Gives all of them back: each after its epoch, and those whose epoch is long without it.</summary>
    /// <param name="abandon">Ended when not even that was done in time.</param>
    public async Task ReleaseAllAsync(CancellationTokenSource abandon)
    {
        var ending = Task.WhenAll(_active.Values.Select(a => a.Life));
        foreach (var activation in _active.Values) activation.Grain.Release();
        if (await EndsWithinAsync(ending, options.EpochPatience)) return;
        foreach (var activation in _active.Values) activation.Grain.ReleaseNow();
        if (await EndsWithinAsync(ending, options.StopPatience - options.EpochPatience)) return;
        LogAbandoned(_active.Count);
        await abandon.CancelAsync();
    }

    // In a cluster others may have the trainer. Who works for one sweep alone is alone: there the trial fails and says why.
    private async Task<bool> LeaveToOthersAsync(Claim claim, TrialSpecification specification)
    {
        var trainer = specification.Training.Trainer;
        if (options.UntilSweepDone is not null) return false;
        if (specification.Program is { } program)
        {
            if (options.Grain.Programs?.Allows(program) == true) return false;
            LeaveProgram(claim.Sweep, ProgramHost.Wanted(program));
        }
        else if (specification.Assembly is { } assembly)
        {
            if (options.Grain.Programs?.AllowsFile(assembly.File) == true) return false;
            LeaveProgram(claim.Sweep, TrialLog.Visible(assembly.File));
        }
        else
        {
            if (options.Grain.Trainers.Any(t => t.Name == trainer)) return false;
            if (_left.TryAdd(claim.Sweep, true)) LogLeftToOthers(claim.Sweep, trainer);
        }
        await ledger.Results.EndAsync(claim.Lease, Progress.None, new Ending.Released(), CancellationToken.None);
        return true;
    }

    private void LeaveProgram(SweepId sweep, string wanted)
    {
        if (_left.TryAdd(sweep, true)) LogProgramLeftToOthers(sweep, wanted, options.Grain.Programs?.ToString() ?? "none");
    }

    private async Task<Specification> SpecificationAsync(SweepId sweep, CancellationToken cancel) =>
        _specifications.TryGetValue(sweep, out var known) ? known : _specifications[sweep] = await ledger.Sweeps.SpecificationAsync(sweep, cancel);

    private async Task LiveAsync(Activation activation, CancellationToken abandon)
    {
        var (claim, configuration, epochs, grain, _, _) = activation;
        var (trial, sweep, ordinal, replicate) = (claim.Lease.Trial, claim.Sweep, claim.Ordinal, claim.Replicate);
        Publish(new TrialStarted(trial, sweep, ordinal, replicate, configuration, epochs, claim.Lease.Term));
        news.Add(new TrialNews(sweep, trial, ordinal, replicate, TrialState.Running, 0, null, null));
        TrialEnd end;
        try
        {
            end = await engine.HostAsync(grain, losses =>
            {
                Publish(new EpochTrained(trial, sweep, ordinal, replicate, configuration, losses, epochs));
                news.Add(new TrialNews(sweep, trial, ordinal, replicate, TrialState.Running, losses.Epoch, losses.Training, losses.Validation) { Metric = losses.Metric });
            }, abandon);
        }
        catch (Exception e) when (StoreFailures.Explain(e, ledger.Address) is { } explained)
        {
            // The store cannot be used at all any more; the silo's next claim or heartbeat ends it with the same sentence.
            LogLeft(trial, explained.Message);
            end = new TrialEnd(null, explained.Message, null, 0);
        }
        catch (Exception e)
        {
            // We are wrong. The lease runs out by itself; the bound on attempts ends a trial that does this every time.
            LogBroken(e, trial);
            end = new TrialEnd(null, e.Message, null, 0);
        }
        Publish(new TrialEnded(trial, sweep, ordinal, replicate, configuration, end.State, end.Reason, end.Last, end.Seconds));
        // Where it was lost its new owner has the news.
        if (end.State is { } state) news.Add(new TrialNews(sweep, trial, ordinal, replicate, state, end.Last?.Epoch ?? 0, end.Last?.Training, end.Last?.Validation) { Metric = end.Last?.Metric });
        _shares.Charge(sweep, time.GetElapsedTime(activation.Started));
        _active.TryRemove(claim.Lease, out _);
        Measures.Running.Add(-1);
        wake.Set();
    }

    private async Task WakeAfterAsync(Task computed)
    {
        await computed;
        wake.Set();
    }

    private async Task<bool> EndsWithinAsync(Task ending, TimeSpan patience) => await Task.WhenAny(ending, Task.Delay(patience, time)) == ending;

    private void Publish(SiloEvent happened) => events?.TryWrite(happened);

    [LoggerMessage(25, LogLevel.Warning, "sweep {Sweep} waits for silos that understand it; this one does not: {Reason}")]
    private partial void LogNotUnderstood(SweepId sweep, string reason);

    [LoggerMessage(54, LogLevel.Error, "trial {Trial} cannot be trained by this silo: {Reason}")]
    private partial void LogNotTrainable(TrialId trial, string reason);

    [LoggerMessage(26, LogLevel.Error, "trial {Trial} ended by an error of this program")]
    private partial void LogBroken(Exception error, TrialId trial);

    [LoggerMessage(46, LogLevel.Warning, "sweep {Sweep} waits for silos with the trainer {Trainer}, which this one does not have (`sweep doctor` says why)")]
    private partial void LogLeftToOthers(SweepId sweep, string trainer);

    [LoggerMessage(47, LogLevel.Warning, "sweep {Sweep} waits for silos that may start {Program}; this one may start {Allowed} (--allow-command)")]
    private partial void LogProgramLeftToOthers(SweepId sweep, string program, string allowed);

    [LoggerMessage(30, LogLevel.Warning, "trial {Trial} is left as it is: {Reason}")]
    private partial void LogLeft(TrialId trial, string reason);

    [LoggerMessage(27, LogLevel.Warning, "{Trials} trials could not be given back in time; their leases run out by themselves")]
    private partial void LogAbandoned(int trials);
}
