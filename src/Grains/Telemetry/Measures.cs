using System.Diagnostics;
using System.Diagnostics.Metrics;
using SweepCluster.Contracts;

namespace SweepCluster.Grains.Telemetry;

/// <summary>
/// What a silo counts and times, for whoever listens: /metrics and OTLP where they are asked for, nobody otherwise, and then a measure
/// costs a few nanoseconds. docs/operations.md lists the names; they are a contract with dashboards and alert rules.
/// </summary>
public static class Measures
{
    /// <summary>Name of the meter and of the source of spans.</summary>
    public const string Name = "SweepCluster";

    public static readonly ActivitySource Spans = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Trials that a silo took from the store.</summary>
    public static readonly Counter<long> Claims = Meter.CreateCounter<long>("sweep.claims", "{trial}", "Trials claimed by this silo");

    public static readonly Histogram<double> ClaimSeconds = Seconds("sweep.claim.duration", "Time of one question for work, also where there was none", Short);

    /// <summary>Trials whose lease this silo held and does not hold any more, without its doing.</summary>
    public static readonly Counter<long> LeaseLosses = Meter.CreateCounter<long>("sweep.lease.losses", "{trial}", "Trials that this silo lost to another");

    /// <summary>Trials of silent silos that this one set free.</summary>
    public static readonly Counter<long> Rescues = Meter.CreateCounter<long>("sweep.rescues", "{trial}", "Trials of silent silos that this one set free");

    /// <summary>Tagged with the state the trial is left in.</summary>
    public static readonly Counter<long> Ended = Meter.CreateCounter<long>("sweep.trials.ended", "{trial}", "Attempts that ended here, by the state they left the trial in");

    public static readonly Histogram<double> TrialSeconds = Seconds("sweep.trial.duration", "Training time of an attempt that brought its trial to an end", Long);

    public static readonly Histogram<double> FlushSeconds = Seconds("sweep.flush.duration", "Time until the store has confirmed losses, snapshots or an ending", Short);

    /// <summary>Questions and writes that the store did not answer or could not take.</summary>
    public static readonly Counter<long> Unanswered = Meter.CreateCounter<long>("sweep.store.failures", "{request}", "Requests that the store did not answer or could not take; each is made again");

    public static readonly UpDownCounter<long> Slots = Meter.CreateUpDownCounter<long>("sweep.slots", "{slot}", "Slots of this silo");

    public static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("sweep.trials.running", "{trial}", "Trials that live in this silo");

    /// <summary>Counts nothing, of everything: a counter that first shows itself at 1 has no rate, and an alert would miss the first.</summary>
    public static void Begin()
    {
        foreach (var counter in new[] { Claims, LeaseLosses, Rescues, Unanswered }) counter.Add(0);
        foreach (var state in Enum.GetValues<TrialState>().Where(s => s != TrialState.Running)) Ended.Add(0, State(state));
    }

    public static KeyValuePair<string, object?> State(TrialState state) => new("state", state.ToString());

    // Milliseconds matter to a flush, minutes to a trial.
    private static double[] Short => [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static double[] Long => [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400];

    private static Histogram<double> Seconds(string name, string description, double[] bounds) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
