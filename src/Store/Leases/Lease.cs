using SweepCluster.Contracts;

namespace SweepCluster.Store.Leases;

/// <summary>One silo's right to run one trial. Every write for the trial names it, and is refused unless silo and term are the current ones.</summary>
/// <param name="Term">Raised by each claim, from 1.</param>
public readonly record struct Lease(TrialId Trial, SiloId Silo, int Term);

/// <summary>A trial that a silo has just claimed.</summary>
/// <param name="Configuration">JSON: the grid's keys with this trial's values.</param>
public sealed record Claim(Lease Lease, SweepId Sweep, long Ordinal, int Replicate, string Configuration);

/// <summary>What a renewal found. A lease in no list is lost: the trial has another owner or has ended.</summary>
/// <param name="Held">Prolonged.</param>
/// <param name="Paused">Prolonged, but a person paused the sweep: give the trial back.</param>
/// <param name="Cancelled">Prolonged, but a person cancelled the sweep: end the trial.</param>
public sealed record Renewal(IReadOnlySet<Lease> Held, IReadOnlySet<Lease> Paused, IReadOnlySet<Lease> Cancelled);

/// <summary>The answer to a write that names a lease.</summary>
public enum Recording
{
    /// <summary>All of it is in the store.</summary>
    Recorded,

    /// <summary>None of it is in the store: the silo does not hold the trial under this term.</summary>
    LeaseLost,
}
