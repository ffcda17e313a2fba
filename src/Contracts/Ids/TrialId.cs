namespace SweepCluster.Contracts;

/// <summary>Names one trial inside one store.</summary>
public readonly record struct TrialId(long Value)
{
    public override string ToString() => Value.ToString();
}
