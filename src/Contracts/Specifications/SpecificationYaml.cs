using System.Text;
using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>Keys and values as a person would write them into a sweep file: one line a key, under its sections.</summary>
public static class SpecificationYaml
{
    /// <summary>Whatever the order of the entries, they come out in the order of the reference.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, Value>> entries)
    {
        var values = entries.ToDictionary();
        var yaml = new StringBuilder();
        var open = "";
        foreach (var definition in SweepFileKeys.All)
        {
            if (!values.TryGetValue(definition.Key, out var value))
                continue;
            Enter(yaml, open, definition.Section);
            open = definition.Section;
            yaml.Append(Indent(Depth(open))).Append(definition.Name).Append(": ").Append(Scalar(value)).Append('\n');
        }
        return yaml.ToString();
    }

    /// <summary>One configuration as a sweep file of its own: the keys that differ from what a file without them would mean.</summary>
    public static string Write(Specification specification, Configuration configuration) => Write(
        from definition in SweepFileKeys.All
        where definition.OnlyFor is null || specification.Has(definition.Key)
        let value = specification.Value(definition.Key, configuration)
        where definition.Key == "name" || !IsDefault(specification, configuration, definition, value)
        select KeyValuePair.Create(definition.Key, value));

    private static bool IsDefault(Specification specification, Configuration configuration, KeyDefinition definition, Value value) =>
        definition.Key == "data.seed" ? value.Equals(specification.Value("seed"))
        : Presets.Decide(definition.Key) ? value.Equals(Presets.Find(specification.Value(Presets.Key, configuration).ToString(), definition.Key))
        : definition.Default is { } text && value.Equals(definition.Domain.Read(new ScalarNode(text, false, default)).Value);

    private static void Enter(StringBuilder yaml, string open, string section)
    {
        if (section.Length == 0)
            return;
        var from = open.Split('.');
        var to = section.Split('.');
        var shared = 0;
        while (shared < from.Length && shared < to.Length && from[shared] == to[shared])
            shared++;
        for (var depth = shared; depth < to.Length; depth++)
            yaml.Append(Indent(depth)).Append(to[depth]).Append(":\n");
    }

    private static int Depth(string section) => section.Length == 0 ? 0 : section.Split('.').Length;

    private static string Indent(int depth) => new(' ', 2 * depth);

    /// <summary>Numbers and lists as they are; a word in quotes where YAML would take it for something else (JSON's quotes are YAML's).</summary>
    private static string Scalar(Value value) => value is Value.Word { Text: var word } ? Scalar(word) : value.ToString()!;

    internal static string Scalar(string word) => IsPlain(word) ? word : Json.Quoted(word);

    private static bool IsPlain(string word) =>
        word.Length > 0 && char.IsAsciiLetter(word[0]) && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && word is not ("null" or "true" or "false" or "yes" or "no" or "Null" or "True" or "False" or "NULL" or "TRUE" or "FALSE");
}
