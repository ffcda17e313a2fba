namespace SweepCluster.Contracts;

/// <summary>Names one silo process for as long as it lives; a restarted silo is another silo.</summary>
public readonly record struct SiloId(Guid Value)
{
    public static SiloId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("N");
}
