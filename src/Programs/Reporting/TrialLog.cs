using System.Text;

namespace SweepCluster.Programs.Reporting;

/// <summary>What a program printed, as far as it is kept: the beginning and the end, however much there was between.</summary>
/// <param name="part">Bytes of each of the two.</param>
public sealed class TrialLog(int part = TrialLog.Part)
{
    public const int Part = 32 * 1024;

    private readonly byte[] _head = new byte[part];
    private readonly byte[] _tail = new byte[part]; // a ring
    private int _headLength;
    private long _tailLength;

    /// <summary>How much was printed in all.</summary>
    public long Bytes => _headLength + _tailLength;

    public void AddLine(ReadOnlySpan<byte> line)
    {
        Add(line);
        Add("\n"u8);
    }

    public void AddLine(string line) => AddLine(Encoding.UTF8.GetBytes(line));

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        var first = Math.Min(bytes.Length, part - _headLength);
        bytes[..first].CopyTo(_head.AsSpan(_headLength));
        _headLength += first;
        bytes = bytes[first..];
        var skipped = Math.Max(0, bytes.Length - part); // it would be overwritten at once
        _tailLength += skipped;
        for (bytes = bytes[skipped..]; bytes.Length > 0;)
        {
            var at = (int)(_tailLength % part);
            var fits = Math.Min(bytes.Length, part - at);
            bytes[..fits].CopyTo(_tail.AsSpan(at));
            _tailLength += fits;
            bytes = bytes[fits..];
        }
    }

    /// <summary>UTF-8 where it was that, without zero bytes, which a text of the store may not hold; what was left out is said.</summary>
    public override string ToString()
    {
        var kept = (int)Math.Min(_tailLength, part);
        var tail = new byte[kept];
        for (var i = 0; i < kept; i++) tail[i] = _tail[(_tailLength - kept + i) % part];
        var left = _tailLength - kept;
        var gap = left == 0 ? [] : Encoding.UTF8.GetBytes($"\n[… {left:N0} bytes are left out …]\n");
        return Encoding.UTF8.GetString([.. _head.AsSpan(0, _headLength), .. gap, .. tail]).Replace('\0', '\uFFFD');
    }

    /// <summary>The last lines that say something, for a reason of failure.</summary>
    public string LastLines(int lines, int mostCharacters = 500)
    {
        var all = ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var text = string.Join(" | ", all.TakeLast(lines).Select(Visible));
        return text.Length <= mostCharacters ? text : "…" + text[^mostCharacters..];
    }

    /// <summary>Foreign text for a terminal or a page: control characters, which could move the cursor or change its colours, as \xNN.</summary>
    public static string Visible(string text) =>
        text.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))
            ? string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? $"\\x{(int)c:x2}" : c.ToString()))
            : text;
}
