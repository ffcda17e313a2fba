using System.Text.Json;
using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>
/// The stored form of a specification. The grid is an array of {key, values}, not an object, because jsonb does not keep the
/// order of an object's keys and the order of the axes numbers the trials.
/// </summary>
internal static class SpecificationJson
{
    public static string Write(Specification specification, IReadOnlyDictionary<string, Value> values) => Json.Write(json =>
    {
        json.WriteStartObject();
        var open = "";
        foreach (var definition in SweepFileKeys.Of([.. values.Keys]))
        {
            var value = values[definition.Key];
            if (definition.IsLater && definition.IsDefault(value))
                continue;
            Enter(json, ref open, definition.Section);
            json.WritePropertyName(definition.Name);
            value.WriteJson(json);
        }
        Enter(json, ref open, "");
        if (specification.Axes.Count > 0)
            WriteGrid(json, specification.Axes);
        if (specification.Search is { } search)
            WriteSearch(json, search);
        json.WriteEndObject();
    });

    /// <summary>A key that is missing was added to the table after this specification was stored; its default is what was done before it.</summary>
    public static Specification Read(string text)
    {
        if (Json.Read(text) is not MapNode root)
            throw new FormatException("a specification must be a JSON object");
        var problems = new ProblemList("stored specification");
        var specification = new SpecificationReader(problems).Read(new MapNode([.. root.Entries.Select(GridAsMap).Select(SpaceAsMap)], default), "sweep");
        return specification ?? throw new FormatException(string.Join(Environment.NewLine, problems.ToList()));
    }

    private static void WriteGrid(Utf8JsonWriter json, IReadOnlyList<Axis> axes)
    {
        json.WriteStartArray("grid");
        foreach (var axis in axes)
        {
            json.WriteStartObject();
            json.WriteString("key", axis.Key);
            json.WriteStartArray("values");
            foreach (var value in axis.Values)
                value.WriteJson(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteSearch(Utf8JsonWriter json, SearchSpace search)
    {
        json.WriteStartObject("search");
        json.WriteString("sampler", search.Sampler == Sampler.Sobol ? "sobol" : "random");
        json.WriteNumber("seed", search.Seed);
        json.WriteNumber("configurations", search.Configurations);
        json.WriteStartArray("space");
        foreach (var searched in search.Keys)
        {
            json.WriteStartObject();
            json.WriteString("key", searched.Key);
            json.WritePropertyName("domain");
            json.WriteStartObject();
            var (form, values) = searched.Domain.Form;
            json.WriteStartArray(form);
            foreach (var value in values)
                value.WriteJson(json);
            json.WriteEndArray();
            json.WriteEndObject();
            if (searched.When.Count > 0)
            {
                json.WriteStartObject("when");
                foreach (var (key, value) in searched.When)
                {
                    json.WritePropertyName(key);
                    value.WriteJson(json);
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Like the grid's, the order of the searched keys means something, and jsonb would not keep it.
    private static MapEntry SpaceAsMap(MapEntry entry)
    {
        if (entry is not { Key: "search", Value: MapNode search })
            return entry;
        return entry with { Value = new MapNode([.. search.Entries.Select(Space)], default) };

        static MapEntry Space(MapEntry part) =>
            part is { Key: "space", Value: ListNode keys } ? part with { Value = new MapNode([.. keys.Items.Select(Searched)], default) } : part;

        static MapEntry Searched(Node node) =>
            node is MapNode { Entries: var entries }
            && entries.FirstOrDefault(e => e.Key == "key")?.Value is ScalarNode { Text: var key }
            && entries.FirstOrDefault(e => e.Key == "domain")?.Value is MapNode domain
                ? new MapEntry(key, default, new MapNode([.. domain.Entries, .. entries.Where(e => e.Key == "when")], default))
                : throw new FormatException("search: each searched key must be an object with key and domain");
    }

    /// <summary>Closes and opens objects on the way from one section to the next.</summary>
    private static void Enter(Utf8JsonWriter json, ref string open, string section)
    {
        while (open.Length > 0 && section != open && !section.StartsWith(open + ".", StringComparison.Ordinal))
        {
            json.WriteEndObject();
            open = open.Contains('.', StringComparison.Ordinal) ? open[..open.LastIndexOf('.')] : "";
        }
        while (open != section)
        {
            var rest = open.Length == 0 ? section : section[(open.Length + 1)..];
            var next = rest.Split('.')[0];
            json.WriteStartObject(next);
            open = open.Length == 0 ? next : $"{open}.{next}";
        }
    }

    private static MapEntry GridAsMap(MapEntry entry)
    {
        if (entry is not { Key: "grid", Value: ListNode axes })
            return entry;
        return entry with { Value = new MapNode([.. axes.Items.Select(Axis)], default) };

        static MapEntry Axis(Node node) =>
            node is MapNode { Entries: var entries }
            && entries.FirstOrDefault(e => e.Key == "key")?.Value is ScalarNode { Text: var key }
            && entries.FirstOrDefault(e => e.Key == "values")?.Value is { } values
                ? new MapEntry(key, default, values)
                : throw new FormatException("the grid of a stored specification must be a list of {key, values}");
    }
}
