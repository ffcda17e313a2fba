namespace SweepCluster.Training;

/// <summary>What stands for an input that is missing.</summary>
public enum Imputation
{
    /// <summary>Nothing may be missing.</summary>
    None,

    /// <summary>The mean of the column's training rows.</summary>
    Mean,

    /// <summary>Their median.</summary>
    Median,
}

/// <summary>A table's numbers as they were read. Shared, and never changed.</summary>
/// <param name="X">rows × inputs, row-major; NaN where a cell is missing.</param>
/// <param name="Y">rows × targets; for classes one column of places from 0.</param>
/// <param name="AreClasses">Y is never scaled.</param>
/// <param name="Parts">Each row's part; null to draw them.</param>
public sealed record TableRows(int Rows, int Inputs, int Targets, double[] X, double[] Y, bool AreClasses, Part[]? Parts = null)
{
    /// <summary>So many of the rows, evenly spread: for timing, not for training.</summary>
    public TableRows Thinned(int rows)
    {
        int[] kept = [.. Enumerable.Range(0, rows).Select(i => (int)((long)i * Rows / rows))];
        return this with
        {
            Rows = rows,
            X = [.. kept.SelectMany(row => X.AsSpan(row * Inputs, Inputs).ToArray())],
            Y = [.. kept.SelectMany(row => Y.AsSpan(row * Targets, Targets).ToArray())],
            Parts = Parts is null ? null : [.. kept.Select(row => Parts[row])],
        };
    }
}

/// <summary>How a table becomes data: imputed, then scaled, both fitted on the training part alone.</summary>
/// <param name="Source">Names the table and its columns: plans of different ones differ.</param>
/// <param name="Points">Rows of the table.</param>
/// <param name="Seed">Decides the split, where the table does not.</param>
public sealed record TablePlan(string Source, int Points, Scaling Scale, Imputation Missing, SplitRatio Split, ulong Seed) : DataPlan;
