using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SweepCluster.Contracts.Files;

/// <summary>
/// Builds nodes from the parser's events. No recursion, a bounded depth, and no anchors, so that no file can be deeper or
/// larger in memory than it is on disk.
/// </summary>
internal sealed class YamlTree(ProblemList problems)
{
    // The deepest legal place is a width inside a list of a list of a grid: 5.
    private const int MaxDepth = 16;

    private readonly Stack<Frame> _open = new();
    private Node? _root;
    private int _documents;
    private Mark _last = new(1, 1);

    /// <summary>The document's root, or null when problems say why there is none.</summary>
    public Node? Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            while (parser.MoveNext())
                if (!Take(parser.Current!))
                    return null;
            return _root;
        }
        catch (YamlException e) when (e.Message.Contains("tab", StringComparison.Ordinal) && FirstTab(text) is { } tab)
        {
            Refuse(tab, "not YAML: lines are indented with spaces, found a tab; replace it");
        }
        catch (YamlException e)
        {
            // Start is where the surrounding mapping or list began, End is where it went wrong.
            Refuse(At(e.End), $"not YAML: {Sentence(e.Message)}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
            // On some malformed brackets, escapes and directives the scanner trips over its own state and knows no place.
            Refuse(_last, "not YAML: what follows here cannot be read; look for a bracket or a quote that does not close");
        }
        return null;
    }

    private bool Take(ParsingEvent parsed)
    {
        _last = At(parsed.Start);
        if (parsed is AnchorAlias)
            return Refuse(parsed, "aliases (*name) are not allowed in a sweep file; write the value out");
        if (parsed is NodeEvent { Anchor.IsEmpty: false })
            return Refuse(parsed, "anchors (&name) are not allowed in a sweep file; write the value out where it is used");
        if (parsed is NodeEvent { Tag.IsEmpty: false })
            return Refuse(parsed, "tags (!name) are not allowed in a sweep file; write the plain value");

        switch (parsed)
        {
            case DocumentStart when ++_documents > 1:
                return Refuse(parsed, "a second YAML document starts here; a sweep file is one: remove the '---' line and what follows");
            case MappingStart or SequenceStart when _open.Count == MaxDepth:
                return Refuse(parsed, $"nested deeper than {MaxDepth} levels; no key of a sweep file is");
            case MappingStart:
                _open.Push(new Frame(At(parsed.Start)) { Entries = [] });
                break;
            case SequenceStart:
                _open.Push(new Frame(At(parsed.Start)) { Items = [] });
                break;
            case MappingEnd or SequenceEnd:
                return Place(_open.Pop().ToNode());
            case Scalar scalar:
                return Place(new ScalarNode(scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any), At(scalar.Start)));
        }
        return true;
    }

    private bool Place(Node node)
    {
        if (!_open.TryPeek(out var frame))
        {
            _root = node;
            return true;
        }
        if (frame.Items is { } items)
        {
            items.Add(node);
            return true;
        }
        if (frame.Key is not { } key)
        {
            if (node is not ScalarNode { Text: var text })
                return Refuse(node.At, "a key must be a word, found a list or a mapping");
            if (!frame.Seen.TryAdd(text, node.At.Line))
                problems.Add(node.At, $"key {ScalarNode.Quote(text)} is given twice, first in line {frame.Seen[text]}; keep one");
            frame.Key = (text, node.At);
            return true;
        }
        frame.Entries!.Add(new MapEntry(key.Text, key.At, node));
        frame.Key = null;
        return true;
    }

    private bool Refuse(ParsingEvent parsed, string text) => Refuse(At(parsed.Start), text);

    private bool Refuse(Mark at, string text)
    {
        problems.Add(at, text, withColumn: at.Column > 0);
        return false;
    }

    private static Mark? FirstTab(string text)
    {
        var lines = text.Split('\n');
        var line = Array.FindIndex(lines, line => line.TrimStart(' ').StartsWith('\t'));
        return line < 0 ? null : new Mark(line + 1, lines[line].IndexOf('\t', StringComparison.Ordinal) + 1);
    }

    private static Mark At(YamlDotNet.Core.Mark mark) => new((int)Math.Min(mark.Line, int.MaxValue), (int)Math.Min(mark.Column, int.MaxValue));

    private static string Sentence(string message)
    {
        var text = message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return text.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private sealed class Frame(Mark at)
    {
        public List<MapEntry>? Entries { get; init; }

        public List<Node>? Items { get; init; }

        public (string Text, Mark At)? Key { get; set; }

        public Dictionary<string, int> Seen { get; } = [];

        public Node ToNode() => Entries is not null ? new MapNode(Entries, at) : new ListNode(Items!, at);
    }
}
