using System.Diagnostics.Metrics;
using Npgsql;
using SweepCluster.Store;

namespace SweepCluster.Reports.Telemetry;

/// <summary>
/// What the store holds, as gauges: trials of open sweeps by state, how many wait for a slot, silos by state. Asked by one process and
/// not by every silo, at most once each <see cref="Pause"/> however often it is collected.
/// </summary>
public sealed class StoreMeasures : IDisposable
{
    public const string Name = "SweepCluster.Store";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // Whoever asks waits ten seconds as a rule, and must hear that the store is away rather than nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Meter _meter = new(Name);
    private readonly NpgsqlDataSource _reader;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task<StoreCounts?> _answer = Task.FromResult<StoreCounts?>(null);
    private long _asked;

    /// <param name="reader">Connections that may read the views.</param>
    public StoreMeasures(NpgsqlDataSource reader, TimeProvider time)
    {
        (_reader, _time) = (reader, time);
        _meter.CreateObservableGauge("sweep.store.up", () => Counts() is null ? 0 : 1, null, "1 while the store answers");
        ByState("sweep.trials", "{trial}", "Trials of open sweeps, by state", counts => counts.Trials);
        Gauge("sweep.trials.waiting", "{trial}", "Pending trials of sweeps that are not paused: what another slot could train", counts => counts.Waiting);
        Gauge("sweep.trials.waiting.time", "s", "Since a trial was last started, or the waiting sweep was launched; 0 where none waits", counts => (long)counts.WaitingSeconds);
        ByState("sweep.silos", "{silo}", "Silos heard of in the last hour, by state", counts => counts.Silos);
        Gauge("sweep.cluster.slots", "{slot}", "Slots of running silos", counts => counts.Slots);
        Gauge("sweep.store.size", "By", "Size of the database", counts => counts.Bytes);
        Gauge("sweep.store.connections", "{connection}", "Connections that the server has, of all its databases", counts => counts.Connections);
        Gauge("sweep.store.connections.limit", "{connection}", "Connections that the server allows", counts => counts.MostConnections);
    }

    public void Dispose() => _meter.Dispose();

    // While the store is away these say nothing, rather than what was true before; sweep.store.up says why.
    private void Gauge(string name, string unit, string description, Func<StoreCounts, long> value) =>
        _meter.CreateObservableGauge(name, () => Counts() is { } counts ? [new Measurement<long>(value(counts))] : Array.Empty<Measurement<long>>(), unit, description);

    private void ByState(string name, string unit, string description, Func<StoreCounts, IReadOnlyDictionary<string, long>> values) =>
        _meter.CreateObservableGauge(
            name, () => Counts() is { } counts ? values(counts).Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("state", entry.Key))) : [], unit, description);

    // Instruments are collected one after the other on a thread of the exporter; all of them show the same moment.
    private StoreCounts? Counts()
    {
        lock (_gate)
        {
            if (_asked == 0 || (_answer.IsCompleted && _time.GetElapsedTime(_asked) >= Pause))
            {
                _asked = _time.GetTimestamp();
                _answer = Task.Run(Ask);
            }
            // A store that hangs is asked once, and waited for once and not by each instrument.
            var left = Patience - _time.GetElapsedTime(_asked);
            return _answer.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero) ? _answer.Result : null;
        }
    }

    private StoreCounts? Ask()
    {
        try
        {
            return StoreCounts.Read(_reader);
        }
        catch (Exception e) when (StoreFailures.IsPassing(e) || e is NpgsqlException or ObjectDisposedException)
        {
            return null;
        }
    }
}
