using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;

namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>
/// The breaks of units z = u·x + v over rows in ascending x: before which row a unit's slope changes, in ascending row, then
/// unit. fma is monotone in x, so a unit's positive rows stand together at one end and a count of them says all.
/// </summary>
internal sealed unsafe class Breaks
{
    private readonly Arena _arena;
    private readonly int[] _starts; // by row: first the number of breaks, then where they go in the order
    private readonly int[] _rowOf; // by unit: the row of its break, 0 for none

    public Breaks(int units, int rows)
    {
        Units = units;
        var padded = Padding.Up(units);
        _arena = new Arena(5L * padded);
        Positive = _arena.Take(padded);
        First = _arena.Take(padded);
        Last = _arena.Take(padded);
        Scaled = _arena.Take(2L * padded);
        _starts = new int[rows + 1];
        _rowOf = new int[units];
        Rows = new int[units];
        UnitOf = new int[units];
        IndexOf = new int[units];
    }

    public int Units { get; }

    public int Count { get; private set; }

    /// <summary>By break: the first row after it.</summary>
    public int[] Rows { get; }

    /// <summary>By break: the unit.</summary>
    public int[] UnitOf { get; }

    /// <summary>By unit: its break, or -1.</summary>
    public int[] IndexOf { get; }

    /// <summary>By unit: slope at the first row.</summary>
    public float* First { get; }

    /// <summary>By unit: slope at the last row.</summary>
    public float* Last { get; }

    /// <summary>By unit: rows where z &gt; 0.</summary>
    public float* Positive { get; }

    /// <summary>First · u, then First · v: two padded rows.</summary>
    public float* Scaled { get; }

    /// <param name="x">In ascending order.</param>
    /// <param name="uv">u, then v: two padded rows, zero in their padding.</param>
    /// <param name="slope">Of z ≤ 0; of z &gt; 0 it is 1.</param>
    public void Find<TLanes, TVector>(float* x, int rows, float* uv, float slope)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        CountPositive<TLanes, TVector>(x, rows, uv);
        Order(uv, rows, slope);
        Scale<TLanes, TVector>(uv);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountPositive<TLanes, TVector>(float* x, int rows, float* uv)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint padded = Padding.Up(Units);
        var one = TLanes.Broadcast(1f);
        for (nint i = 0; i < padded; i += TLanes.Count)
        {
            TVector u = TLanes.Load(uv + i), v = TLanes.Load(uv + padded + i), count = TLanes.Zero;
            for (nint r = 0; r < rows; r++)
            {
                var z = TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[r]), u, v);
                count = TLanes.Add(count, TLanes.WhereGreater(z, TLanes.Zero, one, TLanes.Zero));
            }

            TLanes.Store(Positive + i, count);
        }
    }

    // A counting sort; without vectors and the same for every width.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Order(float* u, int rows, float slope)
    {
        Array.Clear(_starts, 0, rows);
        for (var i = 0; i < Units; i++)
        {
            var positive = (int)Positive[i];
            var rises = u[i] > 0;
            var row = rises ? rows - positive : positive;
            if (row == rows) row = 0;
            First[i] = positive == rows || (positive > 0 && !rises) ? 1 : slope;
            Last[i] = positive == rows || (positive > 0 && rises) ? 1 : slope;
            _rowOf[i] = row;
            _starts[row]++;
        }

        var sum = 0;
        for (var r = 1; r < rows; r++) (_starts[r], sum) = (sum, sum + _starts[r]);
        Count = sum;
        for (var i = 0; i < Units; i++)
        {
            var row = _rowOf[i];
            if (row == 0)
            {
                IndexOf[i] = -1;
                continue;
            }

            var index = _starts[row]++;
            Rows[index] = row;
            UnitOf[index] = i;
            IndexOf[i] = index;
        }
    }

    private void Scale<TLanes, TVector>(float* uv)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint padded = Padding.Up(Units);
        for (nint i = 0; i < padded; i += TLanes.Count)
        {
            var s = TLanes.Load(First + i);
            TLanes.Store(Scaled + i, TLanes.Multiply(s, TLanes.Load(uv + i)));
            TLanes.Store(Scaled + padded + i, TLanes.Multiply(s, TLanes.Load(uv + padded + i)));
        }
    }
}
