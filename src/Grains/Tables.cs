using SweepCluster.Contracts;
using SweepCluster.Training;

namespace SweepCluster.Grains;

/// <summary>A table of the contracts in the words of Training.</summary>
public static class Tables
{
    public static TableRows RowsOf(Table table) => new(
        table.Rows, table.Inputs.Count, table.Targets.Count, table.X, table.Y, table.Classes.Count > 0,
        table.Parts is null ? null : Array.ConvertAll(table.Parts, part => part switch { "train" => Part.Train, "validation" => Part.Validation, _ => Part.Test }));

    /// <summary>The file and what is read of it: equal names mean equal rows.</summary>
    public static string NameOf(TableSpecification table) => string.Join('\n',
        [table.Sha256, table.Missing, table.PartColumn ?? "", "inputs", .. table.Inputs, "targets", .. table.Targets, "classes", .. table.Classes]);
}
