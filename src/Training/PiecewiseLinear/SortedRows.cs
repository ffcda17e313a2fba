namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>Some rows in ascending x (then row), and every batch of a shuffled order brought into it.</summary>
internal sealed class SortedRows
{
    private readonly int[] _ascending;
    private readonly int[] _batchOf; // by row
    private readonly int[] _next; // by batch

    public SortedRows(DataSet data, ReadOnlySpan<int> rows)
    {
        _ascending = rows.ToArray();
        if (!Ascend(data.X)) Sort(data.X);
        _batchOf = new int[data.Rows];
        _next = new int[_ascending.Length];
    }

    public ReadOnlySpan<int> Ascending => _ascending;

    /// <summary>Puts each batch of the order into ascending x: rows handed out in that order, one pass for all batches.</summary>
    public void Arrange(Span<int> order, int batch)
    {
        for (int first = 0, b = 0; first < order.Length; first += batch, b++)
        {
            _next[b] = first;
            foreach (var row in order.Slice(first, Math.Min(batch, order.Length - first))) _batchOf[row] = b;
        }

        foreach (var row in _ascending) order[_next[_batchOf[row]]++] = row;
    }

    // Rows come ascending, and those of a made data set ascend in x as well.
    private bool Ascend(ReadOnlySpan<float> x)
    {
        for (var n = 1; n < _ascending.Length; n++)
        {
            if (x[_ascending[n]] < x[_ascending[n - 1]]) return false;
        }

        return true;
    }

    private void Sort(ReadOnlySpan<float> x)
    {
        var keys = new float[_ascending.Length];
        for (var n = 0; n < keys.Length; n++) keys[n] = x[_ascending[n]];
        Array.Sort(keys, _ascending, Comparer<float>.Default);
        SortTiesByRow(keys, _ascending);
    }

    private static void SortTiesByRow(float[] x, int[] rows)
    {
        for (int first = 0, end = 1; first < x.Length; first = end++)
        {
            while (end < x.Length && x[end] == x[first]) end++;
            Array.Sort(rows, first, end - first);
        }
    }
}
