using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;
using SweepCluster.Silo;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>
/// Sweeps from a .NET program: launch, train here or wait for silos elsewhere, follow the losses, read θ. Safe to use from several
/// threads. Each method throws <see cref="StoreException"/> where the store cannot be reached or used.
/// </summary>
public sealed class SweepClient : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly Ledger _ledger;
    private readonly PrivatePostgres? _postgres;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;

    private SweepClient(Ledger ledger, PrivatePostgres? postgres, ILoggerFactory? loggers, TimeProvider? time) =>
        (_ledger, _postgres, _loggers, _time) = (ledger, postgres, loggers ?? NullLoggerFactory.Instance, time ?? TimeProvider.System);

    /// <summary>The whole store, for what these methods leave out.</summary>
    public Ledger Ledger => _ledger;

    /// <param name="store">postgresql://user:password@host/database; null for the user's private PostgreSQL, started if need be.</param>
    /// <param name="loggers">Hears what <see cref="TrainAsync"/> has to say; null for silence.</param>
    /// <param name="time">Null for the system's clock.</param>
    /// <exception cref="FormatException">The store's URL cannot be read.</exception>
    public static async Task<SweepClient> OpenAsync(string? store = null, ILoggerFactory? loggers = null, TimeProvider? time = null, CancellationToken cancel = default)
    {
        if (store is not null)
            return new SweepClient(await Ledger.OpenAsync(StoreAddress.Parse(store), cancel), null, loggers, time);
        var postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment(), cancel);
        try
        {
            return new SweepClient(await Ledger.OpenAsync(postgres.Owner, cancel), postgres, loggers, time);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts a sweep and its trials into the store; silos begin at once.</summary>
    /// <param name="yaml">The text of a sweep file.</param>
    /// <param name="priority">Sweeps of a higher priority are trained first.</param>
    /// <exception cref="SweepFileException">The text asks for something that cannot be.</exception>
    public Task<SweepId> LaunchAsync(string yaml, int priority = 0, CancellationToken cancel = default) => LaunchAsync(SweepFile.Parse(yaml), priority, cancel);

    /// <inheritdoc cref="LaunchAsync(string, int, CancellationToken)"/>
    public Task<SweepId> LaunchFileAsync(string path, int priority = 0, CancellationToken cancel = default) => LaunchAsync(SweepFile.Read(path), priority, cancel);

    /// <summary>Trains in this process until no trial of the sweep is open. Cancelled, it keeps checkpoints and gives the trials back.</summary>
    /// <param name="slots">Trials at a time, one core each; null for all cores.</param>
    /// <param name="programs">Programs that the sweep's trials may be trained by (trainer.command), by name or path, or "any"; null for any where
    /// the store is the user's private one, else for none.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the sweep can be trained further, here or elsewhere.</exception>
    public async Task<SweepSummary> TrainAsync(SweepId sweep, int? slots = null, IReadOnlyList<string>? programs = null, CancellationToken cancel = default)
    {
        using var host = AllowCommandOption.ToHost(programs ?? (_postgres is null ? [] : [ProgramHost.Any]));
        await new SiloHost(_ledger, SlotsOption.ToSilo(slots, host) with { UntilSweepDone = sweep }, _loggers, events: null, _time).RunAsync(cancel);
        cancel.ThrowIfCancellationRequested();
        return await GetAsync(sweep, cancel);
    }

    /// <summary>Waits until no trial of the sweep is open, wherever it trains.</summary>
    public async Task<SweepSummary> WaitAsync(SweepId sweep, CancellationToken cancel = default)
    {
        while (await _ledger.Sweeps.IsOpenAsync(sweep, cancel)) await Task.Delay(Look, _time, cancel);
        return await GetAsync(sweep, cancel);
    }

    /// <exception cref="ArgumentException">The store has no such sweep.</exception>
    public async Task<SweepSummary> GetAsync(SweepId sweep, CancellationToken cancel = default) =>
        await _ledger.Sweeps.GetAsync(sweep, cancel) ?? throw new ArgumentException($"the store has no sweep {sweep}", nameof(sweep));

    /// <summary>In the order of the grid.</summary>
    public Task<IReadOnlyList<TrialSummary>> TrialsAsync(SweepId sweep, CancellationToken cancel = default) => _ledger.Trials.OfSweepAsync(sweep, cancel);

    /// <summary>
    /// Every recorded epoch of every trial once, those of one trial in order; ends when no trial is open. The store is asked twice a
    /// second, and only for trials that came further.
    /// </summary>
    public async IAsyncEnumerable<TrialLosses> LossesAsync(SweepId sweep, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var seen = new Dictionary<TrialId, int>();
        while (true)
        {
            // Asked before the losses are read, so that the last of them are not missed.
            var open = await _ledger.Sweeps.IsOpenAsync(sweep, cancel);
            foreach (var (trial, epochs) in await _ledger.Trials.EpochsAsync(sweep, cancel))
            {
                var from = seen.GetValueOrDefault(trial);
                if (epochs <= from) continue;
                foreach (var losses in await LossesAfterAsync(trial, from, cancel))
                {
                    seen[trial] = losses.Epoch;
                    yield return losses;
                }
            }
            if (!open) yield break;
            await Task.Delay(Look, _time, cancel);
        }
    }

    /// <summary>Epochs at which a trial's θ was kept, ascending; 0 is before training.</summary>
    public Task<IReadOnlyList<int>> SnapshotsAsync(TrialId trial, CancellationToken cancel = default) => _ledger.Trials.SnapshotEpochsAsync(trial, cancel);

    /// <summary>θ of a trial, all layers in order, weights (output × input, row-major) before biases.</summary>
    /// <param name="epoch">One of <see cref="SnapshotsAsync"/>; null for the last.</param>
    /// <exception cref="ArgumentException">θ was not kept at that epoch.</exception>
    public async Task<float[]> ParametersAsync(TrialId trial, int? epoch = null, CancellationToken cancel = default)
    {
        var kept = await SnapshotsAsync(trial, cancel);
        var wanted = epoch ?? kept.LastOrDefault(-1);
        return await _ledger.Trials.ParametersAsync(trial, wanted, cancel)
            ?? throw new ArgumentException($"trial {trial} has no snapshot of epoch {wanted}; it has {(kept.Count > 0 ? string.Join(", ", kept) : "none yet")}", nameof(epoch));
    }

    /// <summary>Ends the sweep's open trials; what is done stays.</summary>
    public Task CancelAsync(SweepId sweep, CancellationToken cancel = default) => _ledger.Control.CancelAsync(sweep, cancel);

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
    }

    private Task<SweepId> LaunchAsync(SweepFileReading file, int priority, CancellationToken cancel) =>
        file.Specification is { } specification ? _ledger.Launch.LaunchAsync(specification, priority, cancel) : throw new SweepFileException(file.Problems);

    private async Task<IEnumerable<TrialLosses>> LossesAfterAsync(TrialId trial, int epoch, CancellationToken cancel)
    {
        IReadOnlyList<EpochLosses> losses = await _ledger.Trials.LossesAsync(trial, cancel);
        return losses.Where(one => one.Epoch > epoch).Select(one => new TrialLosses(trial, one.Epoch, one.Training, one.Validation));
    }
}
