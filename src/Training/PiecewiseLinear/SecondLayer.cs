using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;

namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>
/// Forward and backward of the second layer from the breaks of the first; formulas in this room's README.
/// Shapes: x rows; uv 2 × padded units; weights units × padded outputs; z and δ rows × padded outputs.
/// </summary>
internal sealed unsafe class SecondLayer
{
    private readonly Arena _arena;
    private readonly Breaks _breaks;
    private readonly LayerMemory _layer;
    private readonly float* _line; // A, then B
    private readonly float* _zeros;
    private readonly float* _prefixes; // by break, then all rows: P, then Q
    private readonly float* _partials; // by unit 16 sums of w·P, then by unit 16 of w·Q
    private readonly float* _turned; // 16 × 16

    public SecondLayer(LayerMemory layer, int rows)
    {
        _layer = layer;
        _breaks = new Breaks(layer.Inputs, rows);
        long outputs = layer.PaddedOutputs, units = layer.PaddedInputs;
        _arena = new Arena((3 * outputs) + (2 * outputs * (units + 1)) + (2 * units * Padding.Lanes) + (Padding.Lanes * Padding.Lanes));
        _line = _arena.Take(2 * outputs);
        _zeros = _arena.Take(outputs);
        _prefixes = _arena.Take(2 * outputs * (units + 1));
        _partials = _arena.Take(2 * units * Padding.Lanes);
        _turned = _arena.Take(Padding.Lanes * Padding.Lanes);
    }

    /// <summary>z = A·x + B. The line at the first row is a chain over all units; every break adds to it in turn.</summary>
    public void Forward<TLanes, TVector>(float* x, int rows, float* uv, float slope, float* z)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        _breaks.Find<TLanes, TVector>(x, rows, uv, slope);
        nint outputs = _layer.PaddedOutputs, units = _layer.PaddedInputs;
        Product<TLanes, TVector>.Multiply(_breaks.Scaled, units, 1, _layer.Weights, outputs, 1, (int)outputs, _layer.Inputs, _zeros, _line, outputs);
        Product<TLanes, TVector>.Multiply(
            _breaks.Scaled + units, units, 1, _layer.Weights, outputs, 1, (int)outputs, _layer.Inputs, _layer.Biases, _line + outputs, outputs);
        Rise<TLanes, TVector>(x, rows, uv, z);
    }

    /// <summary>δ to the gradients of this layer, and of u and v (du, then dv: two padded rows).</summary>
    public void Backward<TLanes, TVector>(float* x, int rows, float* uv, float* delta, float* gradient, float* uvGradient)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        Sum<TLanes, TVector>(x, rows, delta);
        var total = _prefixes + (2 * _breaks.Count * _layer.PaddedOutputs);
        Buffer.MemoryCopy(total, gradient + _layer.WeightCount, _layer.PaddedOutputs * sizeof(float), _layer.PaddedOutputs * sizeof(float));
        Distribute<TLanes, TVector>(uv, gradient);
        Sums<TLanes, TVector>.Fold(_partials + (_layer.PaddedInputs * Padding.Lanes), _layer.PaddedInputs, _turned, uvGradient);
        Sums<TLanes, TVector>.Fold(_partials, _layer.PaddedInputs, _turned, uvGradient + _layer.PaddedInputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rise<TLanes, TVector>(float* x, int rows, float* uv, float* z)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint outputs = _layer.PaddedOutputs, units = _layer.PaddedInputs;
        float* a = _line, b = _line + outputs;
        var row = 0;
        for (var k = 0; k <= _breaks.Count; k++)
        {
            var end = k < _breaks.Count ? _breaks.Rows[k] : rows;
            for (; row < end; row++, z += outputs)
            {
                var at = TLanes.Broadcast(x[row]);
                for (nint c = 0; c < outputs; c += TLanes.Count) TLanes.Store(z + c, TLanes.FusedMultiplyAdd(at, TLanes.Load(a + c), TLanes.Load(b + c)));
            }

            if (k == _breaks.Count) return;
            var unit = _breaks.UnitOf[k];
            var change = _breaks.Last[unit] - _breaks.First[unit];
            TVector da = TLanes.Broadcast(change * uv[unit]), db = TLanes.Broadcast(change * uv[units + unit]);
            var w = _layer.Weights + (unit * outputs);
            for (nint c = 0; c < outputs; c += TLanes.Count)
            {
                var weight = TLanes.Load(w + c);
                TLanes.Store(a + c, TLanes.FusedMultiplyAdd(da, weight, TLanes.Load(a + c)));
                TLanes.Store(b + c, TLanes.FusedMultiplyAdd(db, weight, TLanes.Load(b + c)));
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
        for (nint c = 0; c < outputs; c += TLanes.Count)
        {
            TVector p = TLanes.Zero, q = TLanes.Zero;
            var d = delta + c;
            var prefix = _prefixes + c;
            var row = 0;
            for (var k = 0; k <= _breaks.Count; k++)
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
                prefix += 2 * outputs;
            }
        }
    }

    /// <summary>Per unit P = last · total + (first − last) · prefix, Q likewise; dw = v·P + u·Q; 16 partial sums of w·P and w·Q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Distribute<TLanes, TVector>(float* uv, float* gradient)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint outputs = _layer.PaddedOutputs, units = _layer.PaddedInputs;
        var total = _prefixes + (2 * _breaks.Count * outputs);
        for (nint i = 0; i < _layer.Inputs; i++)
        {
            var index = _breaks.IndexOf[i];
            var last = TLanes.Broadcast(_breaks.Last[i]);
            var change = TLanes.Broadcast(index < 0 ? 0 : _breaks.First[i] - _breaks.Last[i]);
            var prefix = index < 0 ? total : _prefixes + (2 * index * outputs);
            TVector u = TLanes.Broadcast(uv[i]), v = TLanes.Broadcast(uv[units + i]);
            var w = _layer.Weights + (i * outputs);
            var dw = gradient + (i * outputs);
            for (nint lane = 0; lane < Padding.Lanes; lane += TLanes.Count)
            {
                TVector dv = TLanes.Zero, du = TLanes.Zero;
                for (var c = lane; c < outputs; c += Padding.Lanes)
                {
                    var p = TLanes.FusedMultiplyAdd(change, TLanes.Load(prefix + c), TLanes.Multiply(last, TLanes.Load(total + c)));
                    var q = TLanes.FusedMultiplyAdd(change, TLanes.Load(prefix + outputs + c), TLanes.Multiply(last, TLanes.Load(total + outputs + c)));
                    TLanes.Store(dw + c, TLanes.FusedMultiplyAdd(u, q, TLanes.Multiply(v, p)));
                    var weight = TLanes.Load(w + c);
                    dv = TLanes.FusedMultiplyAdd(weight, p, dv);
                    du = TLanes.FusedMultiplyAdd(weight, q, du);
                }

                TLanes.Store(_partials + (i * Padding.Lanes) + lane, dv);
                TLanes.Store(_partials + ((units + i) * Padding.Lanes) + lane, du);
            }
        }
    }
}
