using Microsoft.Extensions.Logging;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;

namespace SweepCluster.Orleans;

/// <summary>Brings a word to the silos of a sweep, and wakes them after a total outage. Whatever it misses, their heartbeats find.</summary>
internal sealed partial class SweepActivation(Ledger ledger, SiloHints hints, OrleansEngineOptions options, TimeProvider time, ILogger<SweepActivation> log)
    : Grain, ISweepGrain, IRemindable
{
    private const string Reconcile = "reconcile";
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private IReadOnlyList<RunningTrial> _running = [];
    private long? _asked;
    private bool _kept;

    private SweepId Sweep => new(this.GetPrimaryKeyString());

    public async Task KeepAsync()
    {
        if (_kept) return;
        await this.RegisterOrUpdateReminder(Reconcile, options.Reconcile, options.Reconcile);
        _kept = true;
    }

    public async Task CancelAsync()
    {
        await ledger.Control.CancelAsync(Sweep);
        await NudgeAsync();
    }

    public async Task PauseAsync()
    {
        await ledger.Control.PauseAsync(Sweep);
        await NudgeAsync();
    }

    public Task ResumeAsync() => ledger.Control.ResumeAsync(Sweep);

    public async Task NudgeAsync()
    {
        _asked = null;
        var oneOfEachSilo = (await RunningAsync()).Where(trial => trial.IsOurs).DistinctBy(trial => trial.Silo);
        await Task.WhenAll(oneOfEachSilo.Select(trial => NudgeAsync(trial.Trial)));
    }

    public async Task<IReadOnlyList<RunningTrial>> RunningAsync()
    {
        if (_asked is { } asked && time.GetElapsedTime(asked) < Fresh) return _running;
        await using var command = ledger.Source.CreateCommand(
            "SELECT t.id, t.silo, s.engine = 'orleans', t.ordinal, t.replicate FROM ledger.trials t JOIN ledger.silos s ON s.id = t.silo WHERE t.sweep = $1 AND t.state = 'Running'");
        command.Parameters.Add(new NpgsqlParameter { Value = Sweep.Value });
        await using var reader = await command.ExecuteReaderAsync();
        var running = new List<RunningTrial>();
        while (await reader.ReadAsync()) running.Add(new RunningTrial(reader.GetInt64(0), reader.GetGuid(1), reader.GetBoolean(2), reader.GetInt64(3), reader.GetInt32(4)));
        (_running, _asked) = (running, time.GetTimestamp());
        return _running;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        try
        {
            if (await ledger.Sweeps.IsOpenAsync(Sweep))
            {
                hints.LookForWork();
                hints.LookAtLeases();
            }
            else if (await this.GetReminder(Reconcile) is { } reminder)
            {
                _kept = false;
                await this.UnregisterReminder(reminder);
            }
        }
        catch (Exception e) when (StoreFailures.IsPassing(e))
        {
            // The next tick finds the same.
        }
    }

    private async Task NudgeAsync(long trial)
    {
        try
        {
            await GrainFactory.GetGrain<ITrialGrain>(trial).NudgeAsync();
        }
        catch (Exception e) when (EngineFailures.IsPassing(e))
        {
            LogNotHeard(new TrialId(trial), e.Message);
        }
    }

    [LoggerMessage(45, LogLevel.Debug, "trial {Trial} did not hear the nudge: {Reason}")]
    private partial void LogNotHeard(TrialId trial, string reason);
}
