using SweepCluster.Training.Data;

namespace SweepCluster.Training;

/// <summary>Makes data of a table.</summary>
public static class TableDataSet
{
    /// <returns>Rows in the table's order; the irreducible error is not known.</returns>
    /// <exception cref="ArgumentException">No training row, a missing target, or a number that cannot be kept in 32 bits.</exception>
    public static DataSet Create(TableRows table, TablePlan plan)
    {
        if (plan.Points != table.Rows) throw new ArgumentException($"{nameof(plan.Points)}: must be the table's {table.Rows} rows, found {plan.Points}");
        var parts = table.Parts ?? Split.Create(table.Rows, plan.Split, plan.Seed);
        if (!parts.Contains(Part.Train)) throw new ArgumentException($"{nameof(parts)}: must have a training row, found none of {parts.Length}");
        var x = Columns(table.X, table.Inputs, parts, plan.Scale, plan.Missing);
        var y = table.AreClasses ? Array.ConvertAll(table.Y, number => (float)number) : Columns(table.Y, table.Targets, parts, plan.Scale, Imputation.None);
        return DataSet.Create(table.Inputs, table.Targets, x, y, parts);
    }

    private static float[] Columns(double[] source, int columns, Part[] parts, Scaling scale, Imputation missing)
    {
        var result = new float[source.Length];
        var training = new List<double>();
        for (var c = 0; c < columns; c++)
        {
            training.Clear();
            for (var row = 0; row < parts.Length; row++)
            {
                var number = source[(row * columns) + c];
                if (parts[row] == Part.Train && !double.IsNaN(number)) training.Add(number);
            }
            var fill = Fill(training, missing);
            var (shift, factor) = Fitted(training, scale);
            for (var i = c; i < source.Length; i += columns)
            {
                var number = double.IsNaN(source[i]) ? fill : source[i];
                result[i] = (float)((number - shift) * factor);
            }
        }
        return result;
    }

    // Of no training row: 0 after scaling, which says nothing.
    private static double Fill(List<double> training, Imputation missing)
    {
        if (missing == Imputation.None) return double.NaN;
        if (training.Count == 0) return 0;
        if (missing == Imputation.Mean) return Mean(training);
        var sorted = training.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>A column that is the same in all training rows has no width to divide by: it is only shifted, to 0.</summary>
    private static (double Shift, double Factor) Fitted(List<double> training, Scaling scale)
    {
        if (scale == Scaling.None || training.Count == 0) return (0, 1);
        if (scale == Scaling.MinMax)
        {
            var (low, high) = (training.Min(), training.Max());
            return (low, high > low ? 1 / (high - low) : 1);
        }
        var mean = Mean(training);
        var squares = 0.0;
        foreach (var number in training) squares += (number - mean) * (number - mean);
        var deviation = Math.Sqrt(squares / training.Count);
        return (mean, deviation > 0 ? 1 / deviation : 1);
    }

    private static double Mean(List<double> numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers) sum += number;
        return sum / numbers.Count;
    }
}
