using SweepCluster.Reports.Rows;

namespace SweepCluster.Reports.Figures;

/// <summary>The configuration with the least validation loss at the end of training, averaged over its finished replicates.</summary>
/// <param name="Trial">Its first finished replicate, which stands for it in figures of one model.</param>
internal sealed record Best(TrialRow Trial, double ValidationLoss, int Replicates);

/// <summary>Which trials a figure shows.</summary>
internal static class Selection
{
    // More lines than this cannot be told apart by colour; the text says how many are left out.
    private const int MostMembers = 24;

    /// <summary>Null when no finished trial has a finite validation loss. Ties go to the earlier configuration.</summary>
    public static Best? Best(Grid grid, IReadOnlyList<TrialRow> trials)
    {
        Best? best = null;
        foreach (var replicates in trials.Where(Counts).GroupBy(trial => Identity(grid, trial)))
        {
            var mean = replicates.Average(trial => trial.ValidationLoss!.Value);
            if (best is null || mean < best.ValidationLoss)
                best = new Best(replicates.MinBy(trial => (trial.Replicate, trial.Ordinal))!, mean, replicates.Count());
        }

        return best;
    }

    /// <summary>One trial per value of the axis, everything else held at the configuration of <paramref name="centre"/>.</summary>
    public static IReadOnlyList<TrialRow> Along(Grid grid, GridAxis axis, TrialRow centre, IReadOnlyList<TrialRow> trials)
    {
        var others = grid.Axes.Where(other => other.Key != axis.Key).Select(other => other.Key).ToArray();
        var line = trials
            .Where(trial => others.All(key => Grid.Text(trial.Configuration, key) == Grid.Text(centre.Configuration, key)))
            .GroupBy(trial => axis[trial].Text)
            .Select(replicates => replicates.MinBy(trial => (!Counts(trial), trial.Replicate, trial.Ordinal))!)
            .OrderBy(trial => axis[trial].At)
            .ToArray();
        return line.Length <= MostMembers
            ? line
            : [.. Enumerable.Range(0, MostMembers).Select(i => line[i * (line.Length - 1) / (MostMembers - 1)])];
    }

    /// <summary>In words, what <see cref="Along"/> left out; empty when nothing.</summary>
    public static string Held(Grid grid, GridAxis axis, TrialRow centre, IReadOnlyList<TrialRow> trials, int drawn)
    {
        var parts = grid.Axes.Where(other => other.Key != axis.Key).Select(other => other.Equation(other[centre])).ToList();
        if (parts.Count > 0)
            parts[^1] += " held, as in the best configuration";
        var replicates = trials.Select(trial => trial.Replicate).Distinct().Count();
        if (replicates > 1)
            parts.Add($"one replicate of {replicates} drawn");
        if (axis.Values.Count > drawn)
            parts.Add($"{drawn} of {axis.Values.Count} values drawn");
        return string.Join(", ", parts);
    }

    private static bool Counts(TrialRow trial) => trial.IsFinished && trial.ValidationLoss is { } loss && double.IsFinite(loss);

    private static string Identity(Grid grid, TrialRow trial) =>
        string.Join('\u001f', grid.Keys.Select(key => Grid.Text(trial.Configuration, key)));
}
