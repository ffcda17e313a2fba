namespace SweepCluster.Store.Leases;

/// <summary>A data set as it is stored: once per content, shared by all trials that trained on it.</summary>
/// <param name="X">rows × inputs, row-major.</param>
/// <param name="Y">rows × targets, row-major.</param>
/// <param name="Parts"><c>train</c>, <c>validation</c> or <c>test</c>, one per row.</param>
public sealed record DataRows(string Sha256, int Inputs, float[] X, float[] Y, string[] Parts, double? IrreducibleError)
{
    /// <summary>Targets of a row.</summary>
    public int Targets { get; init; } = 1;

    /// <summary>The one target is the place of the row's class.</summary>
    public bool AreClasses { get; init; }
}
