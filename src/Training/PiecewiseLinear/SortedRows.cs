using System.Runtime.CompilerServices;

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
        var x = Array.ConvertAll(_ascending, row => data.X[row]);
        Array.Sort(x, _ascending, Comparer<float>.Default);
        SortTiesByRow(x, _ascending);
        _batchOf = new int[data.Rows];
        _next = new int[_ascending.Length];
    }

    public ReadOnlySpan<int> Ascending => _ascending;

    /// <summary>Puts each batch of the order into ascending x: rows handed out in that order, one pass for all batches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Arrange(Span<int> order, int batch)
    {
        for (int first = 0, b = 0; first < order.Length; first += batch, b++)
        {
            _next[b] = first;
            foreach (var row in order.Slice(first, Math.Min(batch, order.Length - first))) _batchOf[row] = b;
        }

        foreach (var row in _ascending) order[_next[_batchOf[row]]++] = row;
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
