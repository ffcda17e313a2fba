namespace SweepCluster.Contracts.Files;

/// <summary>Where something stands in a file, both counted from 1; line 0 when it stands nowhere (a default, JSON from the store).</summary>
internal readonly record struct Mark(int Line, int Column);

/// <summary>What YAML (or JSON) says, with its place and without any interpretation: a number is still its text.</summary>
internal abstract record Node(Mark At)
{
    /// <summary>How an error calls it after "found".</summary>
    public abstract string Found { get; }
}

internal sealed record ScalarNode(string Text, bool Quoted, Mark At) : Node(At)
{
    public bool IsNothing => !Quoted && Text is "" or "~" or "null";

    public override string Found => IsNothing ? "nothing" : Quoted || !ExactDecimal.TryParse(Text, out _) ? Quote(Text) : Text;

    /// <summary>Foreign text in an error message: short, on one line, in quotes.</summary>
    public static string Quote(string text)
    {
        var shown = text.Length <= 60 ? text : text[..60] + "…";
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c))}'";
    }
}

internal sealed record ListNode(IReadOnlyList<Node> Items, Mark At) : Node(At)
{
    public override string Found =>
        Items.Count <= 6 && Items.All(item => item is ScalarNode { Text.Length: <= 16 })
            ? $"[{string.Join(", ", Items.Select(item => item.Found))}]"
            : $"a list of {Items.Count} values";
}

internal sealed record MapNode(IReadOnlyList<MapEntry> Entries, Mark At) : Node(At)
{
    public override string Found => Entries.Count == 0 ? "{}" : $"a mapping ({string.Join(", ", Entries.Take(4).Select(e => ScalarNode.Quote(e.Key)))}{(Entries.Count > 4 ? ", …" : "")})";
}

internal sealed record MapEntry(string Key, Mark At, Node Value);
