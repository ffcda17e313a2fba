using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Tables;

namespace SweepCluster.Contracts;

/// <summary>Columns of a table as numbers, neither imputed nor scaled.</summary>
/// <param name="X">rows × inputs, row-major; NaN where a cell is missing.</param>
/// <param name="Y">rows × targets; for classes one column: the place of the row's label in <paramref name="Classes"/>.</param>
/// <param name="Classes">Empty for regression.</param>
/// <param name="Parts"><c>train</c>, <c>validation</c> or <c>test</c>, one per row; null where the split is drawn.</param>
public sealed record Table(
    IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets, IReadOnlyList<string> Classes, int Rows, double[] X, double[] Y, string[]? Parts)
{
    /// <summary>Reads what a launched sweep asked for out of the stored file.</summary>
    /// <exception cref="FormatException">The file does not hold it: it is another file, or was damaged.</exception>
    public static Table Read(ReadOnlyMemory<byte> content, TableSpecification specification)
    {
        var problems = new ProblemList(specification.File);
        using var reader = new TableReader(content, problems);
        var header = reader.Open();
        var table = header is null ? null : reader.Read(new TablePick(
            Places(specification.Inputs), Places(specification.Targets), specification.Classes.Count > 0, specification.Classes.Count > 0 ? specification.Classes : null,
            specification.Missing != "error", specification.PartColumn is { } column ? Places([column])[0] : null));
        return problems.Any || table is null ? throw new FormatException(string.Join("; ", problems.ToList())) : table;

        int[] Places(IEnumerable<string> names) => [.. names.Select(name => Array.IndexOf(header!, name) is >= 0 and var place
            ? place : throw new FormatException($"the stored table has no column {ScalarNode.Quote(name)}"))];
    }
}

/// <summary>Which table a trial trains on, and how it is read.</summary>
/// <param name="File">As the sweep file named it.</param>
/// <param name="Sha256">Of its bytes; the store keeps it under this name.</param>
/// <param name="Classes">Labels in the order of the network's outputs; empty for regression.</param>
/// <param name="Missing"><c>error</c>, <c>mean</c> or <c>median</c> (of the training part).</param>
/// <param name="PartColumn">The column that says each row's part, or null to draw them.</param>
public sealed record TableSpecification(
    string File, string Sha256, IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets, IReadOnlyList<string> Classes, string Missing, string? PartColumn);
