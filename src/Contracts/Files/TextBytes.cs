using System.Text;
using System.Text.Unicode;

namespace SweepCluster.Contracts.Files;

/// <summary>Bytes that should be text in UTF-8.</summary>
internal static class TextBytes
{
    /// <summary>The content without its byte order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> content) =>
        content.Span.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;

    /// <summary>What keeps them from being text; null if nothing does.</summary>
    public static Problem? Wrong(ReadOnlySpan<byte> content, string file)
    {
        if (content.StartsWith<byte>([0xFF, 0xFE]) || content.StartsWith<byte>([0xFE, 0xFF]))
            return new Problem("the file is UTF-16; save it as UTF-8", file);
        if (content.IndexOf((byte)0) is >= 0 and var zero)
            return new Problem($"a text file was expected, found binary data (a zero byte at offset {zero})", file);
        return FirstInvalid(content) is { } at
            ? new Problem("the file must be UTF-8, found an invalid byte; save it as UTF-8", file, at.Line, at.Column)
            : null;
    }

    private static Mark? FirstInvalid(ReadOnlySpan<byte> content)
    {
        if (Utf8.IsValid(content))
            return null;
        var valid = 0;
        while (Rune.DecodeFromUtf8(content[valid..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            valid += consumed;
        return new Mark(content[..valid].Count((byte)'\n') + 1, valid - content[..valid].LastIndexOf((byte)'\n'));
    }
}
