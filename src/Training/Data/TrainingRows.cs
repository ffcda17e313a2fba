using SweepCluster.Training.Kernels;
using SweepCluster.Training.Random;

namespace SweepCluster.Training.Data;

/// <summary>The rows a trial trains on: all of the training part, or the first share of it in an order of the trial's own.</summary>
internal static class TrainingRows
{
    /// <returns>
    /// Ascending. Of one seed a smaller share is part of every larger one, so that a learning curve adds rows and exchanges none.
    /// </returns>
    public static int[] Of(TrainingPlan plan, DataSet data)
    {
        var rows = data.RowsOf(Part.Train).ToArray();
        if (plan.Fraction >= 1) return rows;
        Shuffle.InPlace(LaneWidths.Best, new RandomStream(plan.Seed, Purpose.TrainingRows), rows);
        Array.Resize(ref rows, Count(rows.Length, plan.Fraction));
        Array.Sort(rows);
        return rows;
    }

    /// <summary>At least one row.</summary>
    public static int Count(int rows, double fraction) => Math.Max(1, (int)Math.Round(rows * fraction));
}
