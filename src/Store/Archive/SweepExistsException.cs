using SweepCluster.Contracts;

namespace SweepCluster.Store;

/// <summary>An archive's sweep is in the store already.</summary>
public sealed class SweepExistsException(SweepId id, string name) : Exception($"the store has {name} ({id}) already")
{
    public SweepId Id { get; } = id;
}
