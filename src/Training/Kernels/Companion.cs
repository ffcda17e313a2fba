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
    /// <summary>Vectors between a moment and its θ: one long chain of both would hold up the multiply-adds behind it.</summary>
    private const int Lag = 4;

    private Work _work;
    private nint _next;
    private nint _ready;
    private nint _start;
    private nint _begin;
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

    /// <summary>An Adam step on θ from number <paramref name="first"/> on.</summary>
    /// <param name="start">Where the product's gradient begins; the numbers before it are ready.</param>
    public static Companion<TLanes, TVector> Adam(
        in AdamStep step, float* theta, float* gradient, float* m, float* v, int first, int start, int rowLength, int end) => new()
        {
            _work = Work.Adam,
            _block = theta,
            _gradient = gradient,
            _first = m,
            _second = v,
            _next = first,
            _begin = first,
            _ready = start,
            _start = start,
            _rowLength = rowLength,
            _end = end,
            _adam = step,
        };

    /// <summary>Steps in depth for each vector: so many that their multiply-adds take longer than it, but work that has piled up hurries.</summary>
    public readonly int Stride => _ready - _next > 32 * TLanes.Count ? 3 : 4;

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
        if (_work == Work.Adam)
        {
            AdamKernel<TLanes, TVector>.Remember(_adam, _block + i, _gradient + i, _first + i, _second + i, out _, out _);
            i -= Lag * TLanes.Count;
            if (i >= _begin) AdamKernel<TLanes, TVector>.Move(_adam, _block + i, TLanes.Load(_first + i), TLanes.Load(_second + i));
            return;
        }

        var target = _block + i;
        if (_work == Work.Forward)
        {
            TLanes.Store(target, Elementwise<TLanes, TVector>.Forward(TLanes.Load(target), TLanes.Broadcast(_slope), _mask, i));
            return;
        }

        var d = Elementwise<TLanes, TVector>.Backward(TLanes.Load(_outputs + i), TLanes.Load(target), TLanes.Broadcast(_slope), _tiny, _mask, i);
        TLanes.Store(target, d);
        var sums = _sums + (i & ((4 * TLanes.Count) - 1));
        TLanes.Store(sums, TLanes.Add(TLanes.Load(sums), d));
    }

    /// <summary>All that is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish()
    {
        _ready = _end;
        if (_work != Work.Adam)
        {
            while (_next < _end) Next();
            return;
        }

        for (var i = Math.Max(_begin, _next - (Lag * TLanes.Count)); i < _next; i += TLanes.Count)
        {
            AdamKernel<TLanes, TVector>.Move(_adam, _block + i, TLanes.Load(_first + i), TLanes.Load(_second + i));
        }

        AdamKernel<TLanes, TVector>.Step(_adam, _block + _next, _gradient + _next, _first + _next, _second + _next, (int)(_end - _next));
    }
}
