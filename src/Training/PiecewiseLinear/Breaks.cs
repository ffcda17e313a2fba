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
    private readonly int[] _rowOf; // by unit: the row of its break, if it has one

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

    /// <summary>The slope of z ≤ 0, and of z &gt; 0.</summary>
    public float Low { get; private set; }

    public float High { get; private set; }

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
    /// <param name="low">Slope of z ≤ 0.</param>
    /// <param name="high">Slope of z &gt; 0.</param>
    public void Find<TLanes, TVector>(float* x, int rows, float* uv, float low, float high)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        (Low, High) = (low, high);
        Look<TLanes, TVector>(x, rows, uv);
        Order(rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Look<TLanes, TVector>(float* x, int rows, float* uv)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint padded = Padding.Up(Units);
        TVector one = TLanes.Broadcast(1f), low = TLanes.Broadcast(Low), high = TLanes.Broadcast(High);
        for (nint i = 0; i < padded; i += TLanes.Count)
        {
            TVector u = TLanes.Load(uv + i), v = TLanes.Load(uv + padded + i);
            TVector even = TLanes.Zero, odd = TLanes.Zero; // counts are exact: two chains only hide the additions' latency
            nint r = 0;
            for (; r + 2 <= rows; r += 2)
            {
                even = TLanes.Add(even, TLanes.WhereGreater(TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[r]), u, v), TLanes.Zero, one, TLanes.Zero));
                odd = TLanes.Add(odd, TLanes.WhereGreater(TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[r + 1]), u, v), TLanes.Zero, one, TLanes.Zero));
            }

            if (r < rows) even = TLanes.Add(even, TLanes.WhereGreater(TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[r]), u, v), TLanes.Zero, one, TLanes.Zero));
            TLanes.Store(Positive + i, TLanes.Add(even, odd));
            var start = TLanes.WhereGreater(TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[0]), u, v), TLanes.Zero, high, low);
            TLanes.Store(First + i, start);
            TLanes.Store(Last + i, TLanes.WhereGreater(TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[rows - 1]), u, v), TLanes.Zero, high, low));
            TLanes.Store(Scaled + i, TLanes.Multiply(start, u));
            TLanes.Store(Scaled + padded + i, TLanes.Multiply(start, v));
        }
    }

    // A counting sort; without vectors and the same for every width.
    private void Order(int rows)
    {
        Array.Clear(_starts, 0, rows);
        for (var i = 0; i < Units; i++)
        {
            IndexOf[i] = -1;
            if (First[i] == Last[i]) continue;
            var positive = (int)Positive[i];
            var row = First[i] == High ? positive : rows - positive;
            _rowOf[i] = row;
            _starts[row]++;
        }

        var sum = 0;
        for (var r = 1; r < rows; r++) (_starts[r], sum) = (sum, sum + _starts[r]);
        Count = sum;
        for (var i = 0; i < Units; i++)
        {
            if (First[i] == Last[i]) continue;
            var row = _rowOf[i];
            var index = _starts[row]++;
            Rows[index] = row;
            UnitOf[index] = i;
            IndexOf[i] = index;
        }
    }
}
