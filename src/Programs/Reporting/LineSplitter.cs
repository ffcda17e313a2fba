namespace SweepCluster.Programs.Reporting;

/// <summary>What of a line there is.</summary>
public enum LinePart
{
    Whole,

    /// <summary>The first piece of a line that is longer than the limit.</summary>
    Beginning,
    Rest,
}

/// <summary>Cuts a stream of bytes into lines. A line longer than the limit is handed on in pieces.</summary>
/// <param name="line">A line or a piece of one, without its line feed.</param>
public sealed class LineSplitter(Action<ReadOnlyMemory<byte>, LinePart> line)
{
    /// <summary>No report is longer.</summary>
    public const int MostBytes = 64 * 1024;

    private readonly byte[] _begun = new byte[MostBytes];
    private int _length;
    private bool _cut;

    public void Add(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            while (part.Length > 0)
            {
                if (_length == MostBytes) Hand(whole: false);
                var fits = Math.Min(part.Length, MostBytes - _length);
                part[..fits].CopyTo(_begun.AsMemory(_length));
                _length += fits;
                part = part[fits..];
            }
            if (end >= 0) Hand(whole: true);
        }
    }

    /// <summary>At the end of the stream: a last line without line feed counts as one.</summary>
    public void End()
    {
        if (_length > 0) Hand(whole: true);
    }

    private void Hand(bool whole)
    {
        var length = _length > 0 && whole && _begun[_length - 1] == '\r' ? _length - 1 : _length;
        _length = 0;
        var part = _cut ? LinePart.Rest : whole ? LinePart.Whole : LinePart.Beginning;
        _cut = !whole;
        line(_begun.AsMemory(0, length), part);
    }
}
