using System.Runtime.CompilerServices;
using SweepCluster.Training.Kernels;
using SweepCluster.Training.Network;

namespace SweepCluster.Training.PiecewiseLinear;

/// <summary>
/// The network over all rows of a part, piece by piece. In a piece every layer so far is a line z = A·x + B; where a unit of it
/// changes sign the piece splits, and the next layer's line moves by a multiple of that unit's weights. Which sign a unit has
/// is asked of fma(x, A, B), monotone in x, at the ends, and searched for in between.
/// </summary>
internal sealed unsafe class Walk
{
    private readonly Arena _arena;
    private readonly Level[] _levels;
    private readonly LayerMemory[] _layers;
    private readonly int[] _rows;
    private readonly float* _x; // ascending
    private readonly float* _y; // rows × outputs in ascending x
    private readonly float* _zeros;
    private readonly float _slope;

    /// <param name="first">The first layer that is computed from x: a folded stem is none.</param>
    public Walk(DataSet data, Part part, LayerMemory[] layers, int first, float slope)
    {
        _layers = layers[first..];
        _slope = slope;
        _rows = new SortedRows(data, data.RowsOf(part)).Ascending.ToArray();
        var outputs = _layers[^1].Outputs;
        Predictions = new float[data.Rows * outputs];
        long widest = 0, ofLevels = 0;
        foreach (var layer in _layers)
        {
            widest = Math.Max(widest, Math.Max(layer.PaddedInputs, layer.PaddedOutputs));
            ofLevels += 5L * layer.PaddedOutputs;
        }

        _arena = new Arena(Arena.Size(_rows.Length) + Arena.Size((long)_rows.Length * outputs) + widest + ofLevels);
        _x = _arena.Take(_rows.Length);
        _y = _arena.Take((long)_rows.Length * outputs);
        _zeros = _arena.Take(widest);
        _levels = Array.ConvertAll(_layers, layer => new Level(_arena, layer));
        for (var r = 0; r < _rows.Length; r++) _x[r] = data.X[_rows[r]];
    }

    /// <summary>By row of the data, for the rows of the part: rows × outputs.</summary>
    public float[] Predictions { get; }

    /// <param name="uv">Slope and offset of each unit of the first layer: two padded rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLanes, TVector>(float* uv, Activation output)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var first = _levels[0];
        Buffer.MemoryCopy(uv, first.Line, 2 * first.Width * sizeof(float), 2 * first.Width * sizeof(float));
        if (_rows.Length > 0) Piece<TLanes, TVector>(0, 0, _rows.Length);
        var outputs = _layers[^1].Outputs;
        Elementwise<TLanes, TVector>.Forward(output, _slope, _y, Padding.Up(_rows.Length * outputs), Regularization.DropoutMask.None);
        for (var r = 0; r < _rows.Length; r++)
        {
            for (var o = 0; o < outputs; o++) Predictions[(_rows[r] * outputs) + o] = _y[(r * outputs) + o];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Piece<TLanes, TVector>(int l, int start, int end)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var level = _levels[l];
        if (l == _levels.Length - 1)
        {
            Write(level, start, end);
            return;
        }

        var breaks = FindBreaks<TLanes, TVector>(level, start, end);
        NextLine<TLanes, TVector>(_layers[l + 1], level, _levels[l + 1]);
        for (var k = 0; k < breaks; k++)
        {
            if (level.Rows[k] > start) Piece<TLanes, TVector>(l + 1, start, level.Rows[k]);
            start = level.Rows[k];
            Turn<TLanes, TVector>(_layers[l + 1], level, level.Units[k], _levels[l + 1]);
        }

        Piece<TLanes, TVector>(l + 1, start, end);
    }

    /// <summary>Slopes at the piece's first and last row; the units where they differ, by row and then unit; first slope · line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindBreaks<TLanes, TVector>(Level level, int start, int end)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        float* a = level.Line, b = a + level.Width;
        TVector x0 = TLanes.Broadcast(_x[start]), x1 = TLanes.Broadcast(_x[end - 1]), one = TLanes.Broadcast(1f), slope = TLanes.Broadcast(_slope);
        for (nint i = 0; i < level.Width; i += TLanes.Count)
        {
            TVector ai = TLanes.Load(a + i), bi = TLanes.Load(b + i);
            var first = TLanes.WhereGreater(TLanes.FusedMultiplyAdd(x0, ai, bi), TLanes.Zero, one, slope);
            var last = TLanes.WhereGreater(TLanes.FusedMultiplyAdd(x1, ai, bi), TLanes.Zero, one, slope);
            TLanes.Store(level.Change + i, TLanes.Subtract(last, first));
            TLanes.Store(level.Scaled + i, TLanes.Multiply(first, ai));
            TLanes.Store(level.Scaled + level.Width + i, TLanes.Multiply(first, bi));
        }

        var count = 0;
        for (var i = 0; i < level.Width; i++)
        {
            if (level.Change[i] == 0) continue;
            var row = Search(a[i], b[i], start, end);
            var place = count++;
            for (; place > 0 && level.Rows[place - 1] > row; place--) (level.Rows[place], level.Units[place]) = (level.Rows[place - 1], level.Units[place - 1]);
            (level.Rows[place], level.Units[place]) = (row, i);
        }

        return count;
    }

    /// <summary>The first row of the piece whose sign is that of its last row; the first row's is the other.</summary>
    private int Search(float a, float b, int start, int end)
    {
        var rises = a > 0;
        int low = start, high = end - 1;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (MathF.FusedMultiplyAdd(_x[middle], a, b) > 0 == rises) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>A = W·(s∘a), B = W·(s∘b) + bias.</summary>
    private void NextLine<TLanes, TVector>(LayerMemory layer, Level from, Level to)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (layer.IsNarrow)
        {
            Sums<TLanes, TVector>.RowDots(from.Scaled, from.Width, layer.Weights, layer.PaddedInputs, _zeros, 2, layer.Outputs, layer.PaddedInputs, to.Line);
            for (var o = layer.Outputs - 1; o >= 0; o--) to.Line[to.Width + o] = to.Line[layer.Outputs + o] + layer.Biases[o];
            return;
        }

        Product<TLanes, TVector>.Multiply(
            from.Scaled, from.Width, 1, layer.ByInput, layer.PaddedOutputs, 2, layer.PaddedOutputs, layer.Inputs, _zeros, to.Line, to.Width);
        Sums<TLanes, TVector>.AddTo(to.Line + to.Width, layer.Biases, layer.PaddedOutputs);
    }

    /// <summary>What the unit's new slope adds to the next layer's line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn<TLanes, TVector>(LayerMemory layer, Level from, int unit, Level to)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        float da = from.Change[unit] * from.Line[unit], db = from.Change[unit] * from.Line[from.Width + unit];
        float* a = to.Line, b = to.Line + to.Width;
        if (layer.IsNarrow)
        {
            for (var o = 0; o < layer.Outputs; o++)
            {
                var weight = layer.Weights[(o * layer.PaddedInputs) + unit];
                a[o] = MathF.FusedMultiplyAdd(da, weight, a[o]);
                b[o] = MathF.FusedMultiplyAdd(db, weight, b[o]);
            }

            return;
        }

        var w = layer.ByInput + (unit * layer.PaddedOutputs);
        TVector left = TLanes.Broadcast(da), right = TLanes.Broadcast(db);
        for (nint c = 0; c < to.Width; c += TLanes.Count)
        {
            var weight = TLanes.Load(w + c);
            TLanes.Store(a + c, TLanes.FusedMultiplyAdd(left, weight, TLanes.Load(a + c)));
            TLanes.Store(b + c, TLanes.FusedMultiplyAdd(right, weight, TLanes.Load(b + c)));
        }
    }

    private void Write(Level level, int start, int end)
    {
        var outputs = _layers[^1].Outputs;
        for (var r = start; r < end; r++)
        {
            for (var o = 0; o < outputs; o++) _y[(r * outputs) + o] = MathF.FusedMultiplyAdd(_x[r], level.Line[o], level.Line[level.Width + o]);
        }
    }

    /// <summary>What a layer needs while a piece of it is walked.</summary>
    private sealed class Level(Arena arena, LayerMemory layer)
    {
        public nint Width { get; } = layer.PaddedOutputs;

        /// <summary>A, then B.</summary>
        public float* Line { get; } = arena.Take(2L * layer.PaddedOutputs);

        /// <summary>Slope · A, slope · B at the first row.</summary>
        public float* Scaled { get; } = arena.Take(2L * layer.PaddedOutputs);

        /// <summary>Last slope − first slope.</summary>
        public float* Change { get; } = arena.Take(layer.PaddedOutputs);

        public int[] Rows { get; } = new int[layer.PaddedOutputs];

        public int[] Units { get; } = new int[layer.PaddedOutputs];
    }
}
