using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;
using SweepCluster.Training.Regularization;

namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>
/// Forward and backward of the second layer from the breaks of the first; formulas in this room's README.
/// Shapes: x rows; uv 2 × padded units; weights units × padded outputs; z and δ rows × padded outputs.
/// </summary>
internal sealed unsafe class SecondLayer
{
    private readonly Arena _arena;
    private readonly Breaks _breaks;
    private readonly DroppedUnits _dropped;
    private readonly LayerMemory _layer;
    private readonly float* _line; // A, then B
    private readonly float* _zeros;
    private readonly float* _prefixes; // by break, then all rows: P, then Q
    private readonly float* _partials; // by unit 16 sums of w·P, then by unit 16 of w·Q
    private readonly float* _turned; // 16 × 16
    private readonly float* _totals; // low · total, then high · total: each P, then Q
    private readonly float* _kept; // one unit's P, then Q over the rows that keep it
    private DropoutMask _mask;

    public SecondLayer(LayerMemory layer, int rows)
    {
        _layer = layer;
        _breaks = new Breaks(layer.Inputs, rows);
        _dropped = new DroppedUnits(layer.Inputs, rows);
        long outputs = layer.PaddedOutputs, units = layer.PaddedInputs;
        _arena = new Arena((9 * outputs) + (2 * outputs * (units + 1)) + (2 * units * Padding.Lanes) + (Padding.Lanes * Padding.Lanes));
        _line = _arena.Take(2 * outputs);
        _zeros = _arena.Take(outputs);
        _prefixes = _arena.Take(2 * outputs * (units + 1));
        _partials = _arena.Take(2 * units * Padding.Lanes);
        _turned = _arena.Take(Padding.Lanes * Padding.Lanes);
        _totals = _arena.Take(4 * outputs);
        _kept = _arena.Take(2 * outputs);
    }

    /// <summary>The units of the first layer that this batch drops; before <see cref="Forward"/>.</summary>
    public void Drop(DropoutMask mask, int rows)
    {
        _mask = mask;
        if (mask.IsOn) _dropped.Find(mask, rows);
    }

    /// <summary>a = f(A·x + B). The line at the first row is a chain over all units, then the bias; every break adds to it in turn.</summary>
    /// <param name="mask">Of this layer's own units.</param>
    public void Forward<TLanes, TVector>(float* x, int rows, float* uv, float slope, DropoutMask mask, float* a)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var high = _mask.IsOn ? _mask.Scale : 1;
        _breaks.Find<TLanes, TVector>(x, rows, uv, slope * high, high);
        nint outputs = _layer.PaddedOutputs, units = _layer.PaddedInputs;
        Product<TLanes, TVector>.Multiply(_breaks.Scaled, units, 1, _layer.Weights, outputs, 2, (int)outputs, _layer.Inputs, _zeros, _line, outputs);
        Sums<TLanes, TVector>.AddTo(_line + outputs, _layer.Biases, (int)outputs);
        Rise<TLanes, TVector>(x, rows, uv, slope, a);
        if (_mask.IsOn) _dropped.Subtract<TLanes, TVector>(x, rows, uv, slope * high, high, _layer, slope, mask, a);
    }

    /// <summary>δ to the gradients of this layer, and of u and v (du, then dv: two padded rows).</summary>
    public void Backward<TLanes, TVector>(float* x, int rows, float* uv, float* delta, float* gradient, float* uvGradient)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (_mask.IsOn) _dropped.Turn(rows);
        Sum<TLanes, TVector>(x, rows, delta);
        var total = _prefixes + (2 * _breaks.Count * _layer.PaddedOutputs);
        Weigh<TLanes, TVector>();
        Buffer.MemoryCopy(total, gradient + _layer.WeightCount, _layer.PaddedOutputs * sizeof(float), _layer.PaddedOutputs * sizeof(float));
        Distribute<TLanes, TVector>(x, uv, delta, gradient);
        Sums<TLanes, TVector>.Fold(_partials + (_layer.PaddedInputs * Padding.Lanes), _layer.PaddedInputs, _turned, uvGradient);
        Sums<TLanes, TVector>.Fold(_partials, _layer.PaddedInputs, _turned, uvGradient + _layer.PaddedInputs);
    }

    /// <summary>z, or without dropped units to take out f(z), row by row and break by break.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rise<TLanes, TVector>(float* x, int rows, float* uv, float slope, float* z)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint outputs = _layer.PaddedOutputs, units = _layer.PaddedInputs;
        var isComplete = !_mask.IsOn;
        var s = TLanes.Broadcast(slope);
        for (nint c = 0; c < outputs; c += 2 * TLanes.Count)
        {
            // Where two vectors are too many, the second is the first again.
            var other = c + TLanes.Count < outputs ? TLanes.Count : 0;
            float* line = _line + c, w = _layer.Weights + c, target = z + c;
            TVector a0 = TLanes.Load(line), a1 = TLanes.Load(line + other), b0 = TLanes.Load(line + outputs), b1 = TLanes.Load(line + outputs + other);
            var row = 0;
            for (var k = 0; k <= _breaks.Count; k++)
            {
                var end = k < _breaks.Count ? _breaks.Rows[k] : rows;
                for (; row < end; row++, target += outputs)
                {
                    var at = TLanes.Broadcast(x[row]);
                    TVector z0 = TLanes.FusedMultiplyAdd(at, a0, b0), z1 = TLanes.FusedMultiplyAdd(at, a1, b1);
                    if (isComplete)
                    {
                        z0 = Elementwise<TLanes, TVector>.Forward(z0, s, DropoutMask.None, 0);
                        z1 = Elementwise<TLanes, TVector>.Forward(z1, s, DropoutMask.None, 0);
                    }

                    TLanes.Store(target, z0);
                    TLanes.Store(target + other, z1);
                }

                if (k == _breaks.Count) break;
                var unit = _breaks.UnitOf[k];
                var change = _breaks.Last[unit] - _breaks.First[unit];
                TVector da = TLanes.Broadcast(change * uv[unit]), db = TLanes.Broadcast(change * uv[units + unit]);
                TVector w0 = TLanes.Load(w + (unit * outputs)), w1 = TLanes.Load(w + (unit * outputs) + other);
                a0 = TLanes.FusedMultiplyAdd(da, w0, a0);
                a1 = TLanes.FusedMultiplyAdd(da, w1, a1);
                b0 = TLanes.FusedMultiplyAdd(db, w0, b0);
                b1 = TLanes.FusedMultiplyAdd(db, w1, b1);
            }
        }
    }

    /// <summary>Σ δ and Σ xδ over the rows before each break, then over all: chains in ascending rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum<TLanes, TVector>(float* x, int rows, float* delta)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint outputs = _layer.PaddedOutputs;
        nint c = 0;
        for (; c + (4 * TLanes.Count) <= outputs; c += 4 * TLanes.Count)
        {
            TVector p0 = TLanes.Zero, p1 = p0, p2 = p0, p3 = p0, q0 = p0, q1 = p0, q2 = p0, q3 = p0;
            var d = delta + c;
            var prefix = _prefixes + c;
            var row = 0;
            for (var k = 0; k <= _breaks.Count; k++, prefix += 2 * outputs)
            {
                var end = k < _breaks.Count ? _breaks.Rows[k] : rows;
                for (; row < end; row++, d += outputs)
                {
                    TVector at = TLanes.Broadcast(x[row]), d0 = TLanes.Load(d), d1 = TLanes.Load(d + TLanes.Count);
                    TVector d2 = TLanes.Load(d + (2 * TLanes.Count)), d3 = TLanes.Load(d + (3 * TLanes.Count));
                    p0 = TLanes.Add(p0, d0);
                    p1 = TLanes.Add(p1, d1);
                    p2 = TLanes.Add(p2, d2);
                    p3 = TLanes.Add(p3, d3);
                    q0 = TLanes.FusedMultiplyAdd(at, d0, q0);
                    q1 = TLanes.FusedMultiplyAdd(at, d1, q1);
                    q2 = TLanes.FusedMultiplyAdd(at, d2, q2);
                    q3 = TLanes.FusedMultiplyAdd(at, d3, q3);
                }

                TLanes.Store(prefix, p0);
                TLanes.Store(prefix + TLanes.Count, p1);
                TLanes.Store(prefix + (2 * TLanes.Count), p2);
                TLanes.Store(prefix + (3 * TLanes.Count), p3);
                TLanes.Store(prefix + outputs, q0);
                TLanes.Store(prefix + outputs + TLanes.Count, q1);
                TLanes.Store(prefix + outputs + (2 * TLanes.Count), q2);
                TLanes.Store(prefix + outputs + (3 * TLanes.Count), q3);
            }
        }

        for (; c < outputs; c += TLanes.Count)
        {
            TVector p = TLanes.Zero, q = TLanes.Zero;
            var d = delta + c;
            var prefix = _prefixes + c;
            var row = 0;
            for (var k = 0; k <= _breaks.Count; k++, prefix += 2 * outputs)
            {
                var end = k < _breaks.Count ? _breaks.Rows[k] : rows;
                for (; row < end; row++, d += outputs)
                {
                    var one = TLanes.Load(d);
                    p = TLanes.Add(p, one);
                    q = TLanes.FusedMultiplyAdd(TLanes.Broadcast(x[row]), one, q);
                }

                TLanes.Store(prefix, p);
                TLanes.Store(prefix + outputs, q);
            }
        }
    }

    /// <summary>Prefixes become P and Q of their unit, last · total + (first − last) · prefix; the others' are a slope times the total.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh<TLanes, TVector>()
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint both = 2 * _layer.PaddedOutputs;
        var total = _prefixes + (_breaks.Count * both);
        TVector low = TLanes.Broadcast(_breaks.Low), high = TLanes.Broadcast(_breaks.High);
        for (nint c = 0; c < both; c += TLanes.Count)
        {
            var sum = TLanes.Load(total + c);
            TLanes.Store(_totals + c, TLanes.Multiply(low, sum));
            TLanes.Store(_totals + both + c, TLanes.Multiply(high, sum));
        }

        for (var k = 0; k < _breaks.Count; k++)
        {
            var unit = _breaks.UnitOf[k];
            var change = TLanes.Broadcast(_breaks.First[unit] - _breaks.Last[unit]);
            float* prefix = _prefixes + (k * both), all = TotalOf(unit);
            for (nint c = 0; c < both; c += TLanes.Count)
            {
                TLanes.Store(prefix + c, TLanes.FusedMultiplyAdd(change, TLanes.Load(prefix + c), TLanes.Load(all + c)));
            }
        }
    }

    private float* TotalOf(int unit) => _breaks.Last[unit] == _breaks.High ? _totals + (2 * _layer.PaddedOutputs) : _totals;

    /// <summary>Per unit, without the rows that drop it: dw = v·P + u·Q, and 16 partial sums of w·P and of w·Q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Distribute<TLanes, TVector>(float* x, float* uv, float* delta, float* gradient)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint outputs = _layer.PaddedOutputs, units = _layer.PaddedInputs;
        for (var i = 0; i < _layer.Inputs; i++)
        {
            var index = _breaks.IndexOf[i];
            var sums = index < 0 ? TotalOf(i) : _prefixes + (2 * index * outputs);
            if (_mask.IsOn)
            {
                _dropped.Subtract<TLanes, TVector>(i, x, delta, _breaks, (int)outputs, sums, _kept);
                sums = _kept;
            }

            TVector u = TLanes.Broadcast(uv[i]), v = TLanes.Broadcast(uv[units + i]);
            var w = _layer.Weights + (i * outputs);
            var dw = gradient + (i * outputs);
            for (nint lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
            {
                TVector dv = TLanes.Zero, du = TLanes.Zero;
                for (var c = lane; c < outputs; c += Padding.Lanes)
                {
                    TVector p = TLanes.Load(sums + c), q = TLanes.Load(sums + outputs + c), weight = TLanes.Load(w + c);
                    TLanes.Store(dw + c, TLanes.FusedMultiplyAdd(u, q, TLanes.Multiply(v, p)));
                    dv = TLanes.FusedMultiplyAdd(weight, p, dv);
                    du = TLanes.FusedMultiplyAdd(weight, q, du);
                }

                TLanes.Store(_partials + (i * Padding.Lanes) + lane, dv);
                TLanes.Store(_partials + ((units + i) * Padding.Lanes) + lane, du);
            }
        }
    }
}
