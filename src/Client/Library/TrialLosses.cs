using SweepCluster.Contracts;

namespace SweepCluster.Client;

/// <summary>One epoch of one trial, as the store recorded it.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Training">Mean of the epoch's batch losses, without penalty.</param>
/// <param name="Validation">Mean loss on the validation part after the epoch.</param>
public readonly record struct TrialLosses(TrialId Trial, int Epoch, double Training, double Validation);
