using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SweepCluster.Programs.Arrays;

/// <summary>NumPy's file of one array, versions 1 to 3, after NEP 1. The header is a Python dictionary of three keys in any order; it is matched, not evaluated.</summary>
public static partial class NpyReader
{
    private const int MostHeader = 64 * 1024;
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
        var lengths = shape.Groups["lengths"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lengths.Length > 1 && Order.Match(header).Groups["value"].Value == "True") throw new InvalidDataException("its order is Fortran's; save numpy.ascontiguousarray of it");
        var count = Count(lengths);
        var numbers = content[(start + length)..];
        if (count * type.Bytes() != numbers.Length) throw new InvalidDataException($"its shape ({string.Join(", ", lengths)}) needs {count * type.Bytes():N0} bytes, found {numbers.Length:N0}");
        var result = new float[(int)count];
        type.Read(numbers, result, bigEndian: description.Groups["order"].Value == ">");
        return result;
    }

    private static long Count(string[] lengths)
    {
        long count = 1;
        foreach (var text in lengths)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (length > 0 && count > int.MaxValue / length))
                throw new InvalidDataException("its shape has more numbers than a file may");
            count *= length;
        }
        return count;
    }
}
