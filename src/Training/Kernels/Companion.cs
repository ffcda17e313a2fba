using System.Runtime.CompilerServices;
using SweepCluster.Training.Optimizers;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.Kernels;

/// <summary>
/// Work on a block vector by vector, done between the multiply-adds of a product: those keep two of the processor's units busy,
/// while roots, divisions, comparisons and loads have others. A tile's numbers are <see cref="Release">released</see> once they
/// are stored, and the next tile's multiply-adds then cover the work on them; <see cref="Finish"/> does what is left. Each
/// number gets the arithmetic of <see cref="Elementwise{TLanes, TVector}"/>, <see cref="Sums{TLanes, TVector}.Columns"/> or
/// <see cref="AdamKernel{TLanes, TVector}"/> in the same order, so no bit depends on when that is.
/// </summary>
internal unsafe struct Companion<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private Work _work;
    private nint _next;
    private nint _ready;
    private nint _start;
    private nint _end;
    private nint _rowLength;
    private float* _block; // z, δ or θ
    private float* _outputs; // δ's own layer
    private float* _sums; // of δ's columns
    private float* _gradient;
    private float* _first;
    private float* _second;
    private DropoutMask _mask;
    private float _slope;
    private float _tiny;
    private AdamStep _adam;

    private enum Work
    {
        Adam,
        Forward,
        Backward,
    }

    /// <summary>Nothing to do.</summary>
    public static Companion<TLanes, TVector> None => default;

    /// <summary>z → a of a layer with two slopes: rows × rowLength.</summary>
    public static Companion<TLanes, TVector> Forward(float* z, int rows, int rowLength, float slope, DropoutMask mask) => new()
    {
        _work = Work.Forward,
        _block = z,
        _end = rows * rowLength,
        _rowLength = rowLength,
        _slope = slope,
        _mask = mask,
    };

    /// <summary>δ of a layer's outputs → δ of its sums, and their sum over the rows.</summary>
    /// <param name="sums">Zeros at first.</param>
    public static Companion<TLanes, TVector> Backward(float* a, float* delta, float* sums, int rows, int rowLength, float slope, float tiny, DropoutMask mask) => new()
    {
        _work = Work.Backward,
        _block = delta,
        _outputs = a,
        _sums = sums,
        _end = rows * rowLength,
        _rowLength = rowLength,
        _slope = slope,
        _tiny = tiny,
        _mask = mask,
    };

    /// <summary>An Adam step on the numbers from start to end, the first of which are the product's.</summary>
    public static Companion<TLanes, TVector> Adam(
        in AdamStep step, float* theta, float* gradient, float* m, float* v, int start, int rowLength, int end) => new()
        {
            _work = Work.Adam,
            _block = theta,
            _gradient = gradient,
            _first = m,
            _second = v,
            _next = start,
            _start = start,
            _rowLength = rowLength,
            _end = end,
            _adam = step,
        };

    /// <summary>Steps in depth for each vector: so many that their multiply-adds take longer than it.</summary>
    public const int Stride = 4;

    /// <summary>The product's first rows are in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(int rows) => _ready = _start + (rows * _rowLength);

    /// <summary>One vector, if one is ready.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        var i = _next;
        if (i >= _ready) return;
        _next = i + TLanes.Count;
        if (_work != Work.Adam)
        {
            Pass(i);
            return;
        }

        AdamKernel<TLanes, TVector>.Remember(_adam, _block + i, _gradient + i, _first + i, _second + i);
        i -= AdamKernel<TLanes, TVector>.Lag;
        if (i >= _start) AdamKernel<TLanes, TVector>.Move(_adam, _block + i, _first + i, _second + i);
    }

    /// <summary>All that is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish()
    {
        if (_work != Work.Adam)
        {
            for (var i = _next; i < _end; i += TLanes.Count) Pass(i);
            return;
        }

        for (var i = Math.Max(_start, _next - AdamKernel<TLanes, TVector>.Lag); i < _next; i += TLanes.Count)
        {
            AdamKernel<TLanes, TVector>.Move(_adam, _block + i, _first + i, _second + i);
        }

        AdamKernel<TLanes, TVector>.Step(_adam, _block + _next, _gradient + _next, _first + _next, _second + _next, (int)(_end - _next));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Pass(nint i)
    {
        var target = _block + i;
        var slope = TLanes.Broadcast(_slope);
        if (_work == Work.Forward)
        {
            TLanes.Store(target, Elementwise<TLanes, TVector>.Forward(TLanes.Load(target), slope, _mask, i));
            return;
        }

        var d = Elementwise<TLanes, TVector>.Backward(TLanes.Load(_outputs + i), TLanes.Load(target), slope, _tiny, _mask, i);
        TLanes.Store(target, d);
        var sums = _sums + (i & ((4 * TLanes.Count) - 1));
        TLanes.Store(sums, TLanes.Add(TLanes.Load(sums), d));
    }
}
