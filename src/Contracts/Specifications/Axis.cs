using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts;

/// <summary>One hyperparameter of the grid with the values it takes, in the order of the sweep file.</summary>
/// <param name="Key">Dotted: <c>regularization.l2</c>.</param>
public sealed record Axis(string Key, IReadOnlyList<Value> Values)
{
    internal Mark At { get; init; }
}
