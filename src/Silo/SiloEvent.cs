using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Silo;

/// <summary>What happens in a silo, for whoever draws its progress in the same process.</summary>
public abstract record SiloEvent(TrialId Trial, SweepId Sweep, long Ordinal, int Replicate, Configuration Configuration);

/// <param name="Epochs">How many it will train in all.</param>
/// <param name="Attempt">1 for the first; more after a release or a rescue.</param>
public sealed record TrialStarted(TrialId Trial, SweepId Sweep, long Ordinal, int Replicate, Configuration Configuration, int Epochs, int Attempt)
    : SiloEvent(Trial, Sweep, Ordinal, Replicate, Configuration);

public sealed record EpochTrained(TrialId Trial, SweepId Sweep, long Ordinal, int Replicate, Configuration Configuration, EpochLosses Losses, int Epochs)
    : SiloEvent(Trial, Sweep, Ordinal, Replicate, Configuration);

/// <param name="State">State the trial is in now; Pending: given back; null: lost to another silo.</param>
/// <param name="Last">Losses of the last epoch this attempt trained, if it trained one.</param>
/// <param name="Seconds">Seconds of training in this attempt.</param>
public sealed record TrialEnded(
    TrialId Trial, SweepId Sweep, long Ordinal, int Replicate, Configuration Configuration,
    TrialState? State, string? Reason, EpochLosses? Last, double Seconds)
    : SiloEvent(Trial, Sweep, Ordinal, Replicate, Configuration);
