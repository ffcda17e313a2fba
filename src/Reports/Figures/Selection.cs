namespace SweepCluster.Reports.Figures;

/// <summary>The configuration with the least validation loss at the end of training, or the best by the sweep's objective, averaged over its finished replicates: of those that have the most.</summary>
/// <param name="Row">Its first finished replicate, which stands for it in figures of one model.</param>
/// <param name="Value">Mean of what the sweep's trials are compared by.</param>
internal sealed record Best(int Row, int Configuration, double ValidationLoss, double Value, int Replicates);

/// <summary>Which trials a figure shows.</summary>
internal static class Selection
{
    // More lines than this cannot be told apart by colour; the text says how many are left out.
    public const int MostMembers = 24;

    /// <summary>Null when no finished trial has what the sweep's trials are compared by. Ties go to the earlier configuration.</summary>
    public static Best? Best(SweepTable table)
    {
        Best? best = null;
        var least = double.PositiveInfinity;
        foreach (var (i, outcome) in table.Outcomes.Index())
        {
            if (outcome.Scored == 0)
                continue;
            if (best is null || outcome.Scored > best.Replicates || (outcome.Scored == best.Replicates && outcome.Score < least))
                (best, least) = (new Best(outcome.Row, i, outcome.Validation, table.Measures.Objective.Turn(outcome.Score), outcome.Scored), outcome.Score);
        }

        return best;
    }

    /// <summary>One trial per value of the axis, everything else held at the configuration of <paramref name="centre"/>.</summary>
    /// <param name="centre">A row of the table.</param>
    public static IReadOnlyList<int> Along(SweepTable table, int axis, int centre)
    {
        var others = Enumerable.Range(0, table.Grid.Axes.Count).Where(other => other != axis).ToArray();
        var first = new Dictionary<int, int>();
        for (var row = 0; row < table.Columns.Count; row++)
        {
            if (!Array.TrueForAll(others, other => table.Place(other, row) == table.Place(other, centre)))
                continue;
            var place = table.Place(axis, row);
            if (!first.TryGetValue(place, out var known) || Rank(row).CompareTo(Rank(known)) < 0)
                first[place] = row;
        }

        var line = first.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray();
        return line.Length <= MostMembers
            ? line
            : [.. Enumerable.Range(0, MostMembers).Select(i => line[i * (line.Length - 1) / (MostMembers - 1)])];

        (bool, int, int) Rank(int row) => (!table.Columns.Counts(row), table.Columns.Replicate[row], table.Columns.Ordinal[row]);
    }

    /// <summary>In words, what <see cref="Along"/> left out; empty when nothing.</summary>
    public static string Held(SweepTable table, int axis, int centre, int drawn)
    {
        var parts = table.Grid.Axes.Select((other, i) => (Axis: other, Index: i)).Where(other => other.Index != axis)
            .Select(other => other.Axis.Equation(table.Value(other.Index, centre))).ToList();
        if (parts.Count > 0)
            parts[^1] += " held, as in the best configuration";
        var replicates = table.Columns.Replicates;
        if (replicates > 1)
            parts.Add($"one replicate of {replicates} drawn");
        if (table.Grid.Axes[axis].Values.Count > drawn)
            parts.Add($"{drawn} of {table.Grid.Axes[axis].Values.Count} values drawn");
        return string.Join(", ", parts);
    }
}
