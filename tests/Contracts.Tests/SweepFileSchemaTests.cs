using System.Text.Json;
using System.Text.Json.Nodes;

namespace SweepCluster.Contracts.Tests;

public sealed class SweepFileSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(SweepFileSchema.ToJson())!;

    [Fact]
    public void The_schema_has_exactly_the_keys_of_a_stored_specification()
    {
        var generated = JsonNode.Parse(SweepFile.Parse("seed: 1").Specification!.ToJson())!.AsObject();
        var table = JsonNode.Parse(SweepFile.Read(Path.Combine(Folders.Examples, "iris.yaml")).Specification!.ToJson())!.AsObject();
        table["grid"] = new JsonObject();
        generated["search"] = new JsonObject();

        Assert.Equal(Leaves(generated).Union(Leaves(table)).Order(), Keys(Schema.AsObject()).Order());

        static IEnumerable<string> Leaves(JsonObject map, string prefix = "") =>
            map.SelectMany(entry => entry.Value is JsonObject { Count: > 0 } inner ? Leaves(inner, $"{prefix}{entry.Key}.") : [prefix + entry.Key]);

        static IEnumerable<string> Keys(JsonObject schema, string prefix = "") =>
            schema["properties"]!.AsObject().SelectMany(entry => entry.Key is not ("grid" or "search") && entry.Value!["properties"] is not null
                ? Keys(entry.Value.AsObject(), $"{prefix}{entry.Key}.")
                : [prefix + entry.Key]);
    }

    [Fact]
    public void Every_default_of_the_schema_is_what_reading_an_empty_mapping_gives()
    {
        var stored = JsonNode.Parse(SweepFile.Parse("{}").Specification!.ToJson())!;

        Check(Schema, stored);

        static void Check(JsonNode schema, JsonNode value)
        {
            if (schema["default"] is { } text)
                Assert.True(JsonNode.DeepEquals(JsonSerializer.SerializeToNode(text), value), $"{text} in the schema, {value} when read");
            foreach (var (name, child) in schema["properties"]?.AsObject() ?? [])
                if (value[name] is { } read) // a table's keys are not read where there is none
                    Check(child!, read);
        }
    }

    [Fact]
    public void Seeds_and_names_cannot_be_swept_and_every_other_axis_says_what_it_is()
    {
        var axes = Schema["properties"]!["grid"]!["properties"]!.AsObject();

        Assert.False(axes.ContainsKey("seed") || axes.ContainsKey("name") || axes.ContainsKey("snapshots.every"));
        Assert.Equal(5, axes["regularization.l2"]!["anyOf"]!.AsArray().Count);
        Assert.Equal(2, axes["model.hidden"]!["anyOf"]!.AsArray().Count);
        Assert.All(axes, axis => Assert.NotEmpty((string)axis.Value!["description"]!));
    }
}
