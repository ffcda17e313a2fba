namespace SweepCluster.Contracts.Tables;

/// <summary>What of a table is wanted, by the places of its columns.</summary>
/// <param name="Classes">Labels in their order; null to take those that are found, in order.</param>
/// <param name="MayMiss">Input cells may be missing.</param>
/// <param name="Part">Column that says each row's part.</param>
internal sealed record TablePick(int[] Inputs, int[] Targets, bool IsClassification, IReadOnlyList<string>? Classes, bool MayMiss, int? Part);
