using System.Text.Json.Nodes;
using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts.Keys;

/// <summary>The path of a file beside the sweep file, or anywhere.</summary>
internal sealed record PathText : Domain
{
    private const int MaxLength = 4096;

    public override string Expected => "the path of a file, relative to the sweep file";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { IsNothing: false, Text: { Length: > 0 and <= MaxLength } text } && !text.Any(char.IsControl) ? (new Value.Word(text), null) : Refused;

    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = MaxLength };
}

internal sealed record HashText : Domain
{
    public override string Expected => "64 hexadecimal digits, as sha256sum prints them";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { Text: { Length: 64 } text } && text.All(char.IsAsciiHexDigit) ? (new Value.Word(text.ToLowerInvariant()), null) : Refused;

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[0-9a-fA-F]{64}$" };
}

/// <summary>Any text on one line, in quotes where YAML would take it for something else.</summary>
internal sealed record AnyText(string What) : Domain
{
    public const int MaxLength = 1000;

    public override string Expected => What;

    public override (Value? Value, string? MustBe) Read(Node node) => IsText(node) ? (new Value.Word(((ScalarNode)node).Text), null) : Refused;

    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = MaxLength };

    internal static bool IsText(Node node) => node is ScalarNode { IsNothing: false, Text: { Length: > 0 and <= MaxLength } text } && !text.Any(char.IsControl);
}

/// <summary>Some names, each once; one alone needs no brackets.</summary>
internal sealed record NameList(string What, int Most) : Domain
{
    public override string Expected => $"{What} or a list of at most {Most:N0}, each once";

    public override (Value? Value, string? MustBe) Read(Node node)
    {
        if (AnyText.IsText(node))
            return (new Value.Words([((ScalarNode)node).Text]), null);
        if (node is not ListNode { Items: { Count: > 0 } items } || items.Count > Most || !items.All(AnyText.IsText))
            return Refused;
        string[] names = [.. items.Select(item => ((ScalarNode)item).Text)];
        return names.Distinct().Count() == names.Length ? (new Value.Words(names), null) : Refused;
    }

    public override JsonObject Schema()
    {
        var name = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = AnyText.MaxLength };
        return new JsonObject
        {
            ["anyOf"] = new JsonArray(name, new JsonObject { ["type"] = "array", ["items"] = name.DeepClone(), ["minItems"] = 1, ["maxItems"] = Most, ["uniqueItems"] = true }),
        };
    }
}
