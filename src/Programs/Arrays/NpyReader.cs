using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SweepCluster.Programs.Arrays;

/// <summary>NumPy's file of one array, versions 1 to 3, after NEP 1. The header is a Python dictionary of three keys in any order; it is matched, not evaluated.</summary>
public static partial class NpyReader
{
    private const int MostHeader = 64 * 1024;
    private const int MostAxes = 64; // NumPy's own limit
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    [GeneratedRegex("""'descr'\s*:\s*'(?<order>[<>|=])(?<type>[a-zA-Z][0-9]+)'""", RegexOptions.CultureInvariant)]
    private static partial Regex Description { get; }

    [GeneratedRegex("""'fortran_order'\s*:\s*(?<value>True|False)""", RegexOptions.CultureInvariant)]
    private static partial Regex Order { get; }

    [GeneratedRegex("""'shape'\s*:\s*\((?<lengths>[0-9,\s]*)\)""", RegexOptions.CultureInvariant)]
    private static partial Regex Shape { get; }

    /// <returns>All numbers, the last index fastest.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or of numbers that are no parameters.</exception>
    public static float[] Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < 10 || !content.StartsWith(Magic)) throw new InvalidDataException("it is no .npy file: its first bytes are not \\x93NUMPY");
        var (start, length) = content[6] switch
        {
            1 => (10, BinaryPrimitives.ReadUInt16LittleEndian(content[8..])),
            2 or 3 when content.Length >= 12 => (12, (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(content[8..]), int.MaxValue / 2)),
            var version => throw new InvalidDataException($"its format version is {version}, expected 1 to 3"),
        };
        if (length > MostHeader || start + length > content.Length) throw new InvalidDataException($"its header of {length:N0} bytes does not fit into the {content.Length:N0} of the file");
        var header = Encoding.UTF8.GetString(content.Slice(start, length));
        var (description, shape) = (Description.Match(header), Shape.Match(header));
        if (!description.Success || !shape.Success) throw new InvalidDataException("its header does not name the type and shape of one array of numbers");
        var type = description.Groups["type"].Value switch
        {
            "f2" => NumberType.Float16,
            "f4" => NumberType.Float32,
            "f8" => NumberType.Float64,
            var other => throw new InvalidDataException($"its numbers are of type '{other}', expected f4 (float32), f8 or f2"),
        };
        var lengths = Lengths(shape.Groups["lengths"].Value);
        var count = lengths.Aggregate(1L, (product, one) => product * one);
        var numbers = content[(start + length)..];
        if (count * type.Bytes() != numbers.Length) throw new InvalidDataException($"its shape ({string.Join(", ", lengths)}) needs {count * type.Bytes():N0} bytes, found {numbers.Length:N0}");
        var result = new float[(int)count];
        type.Read(numbers, result, bigEndian: description.Groups["order"].Value == ">");
        return lengths.Length > 1 && Order.Match(header).Groups["value"].Value == "True" ? LastIndexFastest(result, lengths) : result;
    }

    private static int[] Lengths(string shape)
    {
        var texts = shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (texts.Length > MostAxes) throw new InvalidDataException($"its shape has {texts.Length:N0} axes, expected at most {MostAxes}");
        var count = 1L;
        return Array.ConvertAll(texts, text =>
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (length > 0 && count > int.MaxValue / length))
                throw new InvalidDataException("its shape has more numbers than a file may");
            count *= length;
            return length;
        });
    }

    /// <summary>From Fortran's order, in which NumPy keeps a transposed matrix, to that of all others.</summary>
    private static float[] LastIndexFastest(float[] numbers, int[] lengths)
    {
        var strides = new int[lengths.Length];
        for (var axis = 0; axis < lengths.Length; axis++) strides[axis] = axis == 0 ? 1 : strides[axis - 1] * lengths[axis - 1];
        var (result, index, from) = (new float[numbers.Length], new int[lengths.Length], 0);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = numbers[from];
            for (var axis = lengths.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < lengths[axis]) break;
                from -= index[axis] * strides[axis];
                index[axis] = 0;
            }
        }
        return result;
    }
}
