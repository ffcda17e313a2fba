using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace SweepCluster.Deploy.Tests.Files;

/// <summary>Compares a YAML document with one of the small schemas in Schemas (its README says what they may say).</summary>
internal sealed class Shape(string file)
{
    private readonly JsonElement _schema = JsonDocument.Parse(Checkout.Read($"tests/Deploy.Tests/Schemas/{file}")).RootElement;

    /// <summary>Every place that is not as it should be, and why.</summary>
    public IReadOnlyList<string> Problems(YamlNode document)
    {
        var found = new List<string>();
        // A file of several kinds: the document says which it is.
        if (_schema.TryGetProperty("oneOfKind", out var kinds))
        {
            var kind = ((YamlMappingNode)document).Children.TryGetValue("kind", out var named) ? $"{named}" : "";
            if (kinds.EnumerateArray().Any(k => k.GetString() == kind)) Compare(document, Definition(kind), kind, found);
            else found.Add($"kind: '{kind}' is none of {kinds}");
        }
        else
        {
            Compare(document, _schema, "", found);
        }
        return found;
    }

    private JsonElement Definition(string name) => _schema.GetProperty("definitions").GetProperty(name);

    private void Compare(YamlNode node, JsonElement schema, string at, List<string> found)
    {
        if (schema.TryGetProperty("$ref", out var reference)) schema = Definition(reference.GetString()!);
        var text = (node as YamlScalarNode)?.Value;
        if (schema.TryGetProperty("enum", out var words) && words.EnumerateArray().All(w => w.GetString() != text)) found.Add($"{at}: '{node}' is none of {words}");
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text ?? "", pattern.GetString()!)) found.Add($"{at}: '{node}' does not match {pattern}");
        switch (schema.TryGetProperty("type", out var type) ? type.GetString() : null)
        {
            case "string" when text is null: found.Add($"{at}: a text was expected"); break;
            case "integer" when !long.TryParse(text, out var number) || (schema.TryGetProperty("minimum", out var least) && number < least.GetInt64()):
                found.Add($"{at}: '{node}' is no whole number that fits"); break;
            case "array": Items(node as YamlSequenceNode, schema, at, found); break;
            case "map": Entries(node as YamlMappingNode, schema, at, found); break;
            case "object": Properties(node as YamlMappingNode, schema, at, found); break;
        }
    }

    private void Items(YamlSequenceNode? list, JsonElement schema, string at, List<string> found)
    {
        if (list is null) found.Add($"{at}: a list was expected");
        foreach (var (i, item) in (list?.Children ?? []).Index()) Compare(item, schema.GetProperty("items"), $"{at}[{i}]", found);
    }

    private void Entries(YamlMappingNode? map, JsonElement schema, string at, List<string> found)
    {
        if (map is null) found.Add($"{at}: a mapping was expected");
        foreach (var (key, value) in map is null ? [] : map.Children.AsEnumerable()) Compare(value, schema.GetProperty("items"), $"{at}.{key}", found);
    }

    private void Properties(YamlMappingNode? map, JsonElement schema, string at, List<string> found)
    {
        // {} is an object too, and so is nothing at all where nothing is required.
        var entries = map is null ? [] : map.Children.ToDictionary(e => $"{e.Key}", e => e.Value);
        if (schema.TryGetProperty("required", out var required))
            found.AddRange(required.EnumerateArray().Where(r => !entries.ContainsKey(r.GetString()!)).Select(r => $"{at}: '{r}' is missing"));
        foreach (var (key, value) in entries)
        {
            if (!schema.GetProperty("properties").TryGetProperty(key, out var expected)) found.Add($"{at}.{key}: not a key that belongs here");
            else Compare(value, expected, $"{at}.{key}", found);
        }
    }
}
