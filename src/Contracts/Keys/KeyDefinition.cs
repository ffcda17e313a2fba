namespace SweepCluster.Contracts.Keys;

/// <summary>One key of the sweep file. Everything that is known about it is known here: parsing, default, range, error text,
/// JSON Schema and reference are all derived from this record.</summary>
/// <param name="Key">Dotted: <c>regularization.l2</c>.</param>
/// <param name="Default">As it would be written; null where the default is computed, which <paramref name="Description"/> then says.</param>
/// <param name="Sweepable">May stand in the grid.</param>
internal sealed record KeyDefinition(string Key, Domain Domain, string? Default, string Description, bool Sweepable = true)
{
    public string? Unit { get; init; }

    /// <summary>What people coming from elsewhere call it; only used to suggest the right key.</summary>
    public string[] AlsoCalled { get; init; } = [];

    /// <summary>The only <c>data.kind</c> that has this key; null for all.</summary>
    public string? OnlyFor { get; init; }

    /// <summary>The last part of the key.</summary>
    public string Name => Key[(Key.LastIndexOf('.') + 1)..];

    public string Section => Key.Contains('.', StringComparison.Ordinal) ? Key[..Key.LastIndexOf('.')] : "";
}
