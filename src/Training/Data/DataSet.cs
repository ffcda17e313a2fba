using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SweepCluster.Training;

/// <summary>Rows of inputs and targets in domain order, each with its part. Never changes; shared by all trials on it.</summary>
public sealed class DataSet
{
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly Part[] _parts;
    private readonly int[][] _rowsOf;
    private readonly Lazy<string> _sha256;

    private DataSet(int inputs, int outputs, float[] x, float[] y, Part[] parts, double? irreducibleError)
    {
        Inputs = inputs;
        Outputs = outputs;
        IrreducibleError = irreducibleError;
        _x = x;
        _y = y;
        _parts = parts;
        _rowsOf = [.. Enum.GetValues<Part>().Select(part => Enumerable.Range(0, parts.Length).Where(row => parts[row] == part).ToArray())];
        _sha256 = new Lazy<string>(ComputeSha256);
    }

    public int Rows => _parts.Length;

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>rows × inputs, row-major.</summary>
    public ReadOnlySpan<float> X => _x;

    /// <summary>rows × outputs, row-major.</summary>
    public ReadOnlySpan<float> Y => _y;

    public ReadOnlySpan<Part> Parts => _parts;

    /// <summary>The mean squared error no model can beat (the noise's variance in the units of Y), where it is known.</summary>
    public double? IrreducibleError { get; }

    /// <summary>SHA-256 of shape, X, Y and parts (all little-endian), in lower-case hexadecimal.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>The rows of a part, ascending.</summary>
    public ReadOnlySpan<int> RowsOf(Part part) => _rowsOf[(int)part];

    /// <summary>Copies the arrays.</summary>
    /// <param name="x">rows × inputs.</param>
    /// <param name="y">rows × outputs.</param>
    /// <param name="parts">One per row.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, or a number that is not finite: named by row and column.</exception>
    public static DataSet Create(
        int inputs, int outputs, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<Part> parts, double? irreducibleError = null)
    {
        if (inputs < 1) throw new ArgumentException($"{nameof(inputs)}: must be at least 1, found {inputs}");
        if (outputs < 1) throw new ArgumentException($"{nameof(outputs)}: must be at least 1, found {outputs}");
        Check(nameof(x), x, parts.Length, inputs);
        Check(nameof(y), y, parts.Length, outputs);
        for (var row = 0; row < parts.Length; row++)
        {
            if (!Enum.IsDefined(parts[row])) throw new ArgumentException($"{nameof(parts)}: must be known parts, found {parts[row]} at row {row}");
        }

        return new DataSet(inputs, outputs, x.ToArray(), y.ToArray(), parts.ToArray(), irreducibleError);
    }

    /// <param name="table">Of a <see cref="TablePlan"/>; null for others.</param>
    /// <exception cref="ArgumentException">No data can be made from such a plan.</exception>
    public static DataSet Create(DataPlan plan, TableRows? table) => plan switch
    {
        OscillationPlan oscillation => Oscillation.Create(oscillation),
        TablePlan ofTable => TableDataSet.Create(table ?? throw new ArgumentException($"{nameof(table)}: {nameof(TablePlan)} needs one, found none"), ofTable),
        _ => throw new ArgumentException($"{nameof(plan)}: must be of a known kind, found {plan.GetType().Name}"),
    };

    private static void Check(string name, ReadOnlySpan<float> numbers, int rows, int columns)
    {
        if (numbers.Length != (long)rows * columns)
            throw new ArgumentException($"{name}: must hold {rows} rows × {columns} columns = {(long)rows * columns} numbers, found {numbers.Length}");
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
                throw new ArgumentException($"{name}: must be finite, found {numbers[i]} at row {i / columns}, column {i % columns}");
        }
    }

    private string ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> shape = stackalloc byte[3 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(shape, Rows);
        BinaryPrimitives.WriteInt32LittleEndian(shape[4..], Inputs);
        BinaryPrimitives.WriteInt32LittleEndian(shape[8..], Outputs);
        hash.AppendData(shape);
        Append(hash, _x);
        Append(hash, _y);
        hash.AppendData(Array.ConvertAll(_parts, part => (byte)part));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, float[] numbers)
    {
        var bits = Array.ConvertAll(numbers, number =>
        {
            var word = BitConverter.SingleToInt32Bits(number);
            return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
        });
        hash.AppendData(MemoryMarshal.AsBytes<int>(bits));
    }
}
