using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SweepCluster.Contracts.Files;

namespace SweepCluster.Contracts.Keys;

/// <summary>A program and its arguments.</summary>
internal sealed record ArgumentList : Domain
{
    private const int MostArguments = 1000;
    private const int MostCharacters = 32_000;

    public override string Expected => "a list of the program and its arguments, like [python3, train.py]";

    public override (Value? Value, string? MustBe) Read(Node node)
    {
        if (node is not ListNode { Items: { Count: > 0 and <= MostArguments } items }) return Refused;
        var words = items.OfType<ScalarNode>().Select(item => item.Text).ToList();
        if (words.Count < items.Count) return (null, $"{Expected}, each argument a text; quote what YAML takes for something else");
        if (!words.All(TextLine.IsPlain)) return (null, $"{Expected}, each argument without zero bytes and in UTF-8");
        if (words.Sum(word => word.Length) > MostCharacters) return (null, $"{Expected}, of at most {MostCharacters:N0} characters together; a file may hold more");
        return words[0].Length > 0 ? (new Value.Arguments(words), null) : Refused;
    }

    public override JsonObject Schema() => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") }, ["minItems"] = 1, ["maxItems"] = MostArguments };
}

/// <summary>Variables of an environment.</summary>
internal sealed partial record NamedTexts : Domain
{
    private const int Most = 200;

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }

    public override string Expected => "a mapping of names to texts, like {DEVICE: cpu}, none of them SWEEP_…";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is MapNode { Entries: { Count: <= Most } entries }
        && entries.All(e => Name.IsMatch(e.Key) && !e.Key.StartsWith("SWEEP_", StringComparison.Ordinal) && e.Value is ScalarNode { Text: var text } && TextLine.IsPlain(text))
            ? (new Value.Named([.. entries.Select(e => KeyValuePair.Create(e.Key, ((ScalarNode)e.Value).Text))]), null)
            : Refused;

    public override JsonObject Schema() => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") } };
}

/// <summary>One text.</summary>
internal sealed record TextLine(int MaxLength) : Domain
{
    public override string Expected => $"a text of 1 to {MaxLength} characters";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { Text: { Length: > 0 } text } && text.Length <= MaxLength && IsPlain(text) && !text.Any(char.IsControl) ? (new Value.Word(text), null) : Refused;

    /// <summary>What a system call takes: no zero, and nothing that UTF-8 has no bytes for.</summary>
    public static bool IsPlain(string text) => !text.Contains('\0', StringComparison.Ordinal) && !text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);

    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = MaxLength };
}

/// <summary>The name of a metric.</summary>
internal sealed partial record MetricText : Domain
{
    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_./-]{0,59}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }

    public override string Expected => "a name of up to 60 letters, digits and _ . / -";

    public static bool IsName(string text) => Name.IsMatch(text);

    public override (Value? Value, string? MustBe) Read(Node node) => node is ScalarNode { Text: var text } && IsName(text) ? (new Value.Word(text), null) : Refused;

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[A-Za-z_][A-Za-z0-9_./-]{0,59}$" };
}

/// <summary>A length of time with its unit.</summary>
internal sealed partial record Duration : Domain
{
    [GeneratedRegex("^(?<number>[0-9]{1,6}(\\.[0-9]{1,3})?)(?<unit>ms|s|m|h|d)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Text { get; }

    public override string Expected => "a time with its unit (ms, s, m, h, d), like 30m, up to 30d";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { Text: var text } && TryRead(text) is { } time && time > TimeSpan.Zero && time <= TimeSpan.FromDays(30) ? (new Value.Word(text), null) : Refused;

    public static TimeSpan? TryRead(string text)
    {
        if (Text.Match(text) is not { Success: true } match) return null;
        var number = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
    }

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,6}(\\.[0-9]{1,3})?(ms|s|m|h|d)$" };
}

/// <summary>An amount of memory with its unit.</summary>
internal sealed partial record ByteSize : Domain
{
    private const long Least = 1024 * 1024;

    [GeneratedRegex("^(?<number>[0-9]{1,7}(\\.[0-9]{1,3})?)(?<unit>KB|MB|GB|TB|KiB|MiB|GiB|TiB)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Text { get; }

    public override string Expected => "an amount of memory with its unit (MB, GB, MiB, GiB, …), like 2GiB, from 1MiB to 1000TB";

    public override (Value? Value, string? MustBe) Read(Node node) =>
        node is ScalarNode { Text: var text } && TryRead(text) is >= Least and <= 1_000_000_000_000_000 ? (new Value.Word(text), null) : Refused;

    public static long? TryRead(string text)
    {
        if (Text.Match(text) is not { Success: true } match) return null;
        var unit = match.Groups["unit"].Value;
        double factor = unit.Contains('i', StringComparison.Ordinal) ? 1024 : 1000;
        var power = 1 + "KMGT".IndexOf(unit[0], StringComparison.Ordinal);
        return (long)Math.Min(1e18, double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * Math.Pow(factor, power));
    }

    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,7}(\\.[0-9]{1,3})?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$" };
}

/// <summary>Whatever a program's own hyperparameter may be.</summary>
internal sealed record AnyScalar : Domain
{
    private const int MaxLength = 200;

    public override string Expected => $"a number or a text of up to {MaxLength} characters";

    public override (Value? Value, string? MustBe) Read(Node node)
    {
        if (node is not ScalarNode { IsNothing: false } scalar || scalar.Text.Length > MaxLength || !TextLine.IsPlain(scalar.Text) || scalar.Text.Any(char.IsControl)) return Refused;
        if (!scalar.Quoted && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return (new Value.Whole(whole), null);
        return !scalar.Quoted && ExactDecimal.TryParse(scalar.Text, out var number) ? (new Value.Real(number.ToDouble()), null) : (new Value.Word(scalar.Text), null);
    }

    public override JsonObject Schema() => new() { ["type"] = new JsonArray("string", "number", "boolean") };
}
