using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store.Leases;

namespace SweepCluster.Silo;

/// <summary>A trial that lives in this silo.</summary>
/// <param name="Cores">Slots that it takes.</param>
/// <param name="Started">By the silo's own timer, for its sharing between sweeps.</param>
internal sealed record Activation(Claim Claim, Configuration Configuration, int Epochs, TrialGrain Grain, long Started, int Cores)
{
    /// <summary>Ends when the trial has left this silo. It does not fail.</summary>
    public Task Life { get; set; } = Task.CompletedTask;
}
