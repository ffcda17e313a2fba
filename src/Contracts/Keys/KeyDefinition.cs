using SweepCluster.Contracts.Files;

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

    /// <summary>
    /// Added after a release, with what was done before it as its default: stored only where a sweep says something else, so that silos of
    /// that release go on reading all other sweeps while this one is rolled out.
    /// </summary>
    public bool IsLater { get; init; }

    /// <summary>The only <c>data.kind</c> that has this key; null for all.</summary>
    public string? OnlyFor { get; init; }

    public bool IsDefault(Value value) => Default is { } text && value.Equals(Domain.Read(new ScalarNode(text, false, default)).Value);

    /// <summary>The last part of the key.</summary>
    public string Name => Key[(Key.LastIndexOf('.') + 1)..];

    public string Section => Key.Contains('.', StringComparison.Ordinal) ? Key[..Key.LastIndexOf('.')] : "";
}
