using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SweepCluster.Contracts.Files;
using SweepCluster.Contracts.Keys;

namespace SweepCluster.Contracts;

/// <summary>The sweep file as JSON Schema (draft 2020-12), for editors that complete and check YAML. Made from the table of keys.</summary>
public static class SweepFileSchema
{
    // An editor's tooltip should show θ and λ, not \u03B8.
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string OwnKeys = $"^{ProgramKeys.Own}\\.[A-Za-z_][A-Za-z0-9_/-]*$";
    private static readonly KeyDefinition Own = new(ProgramKeys.Own, new AnyScalar(), null, "A hyperparameter of the program's own.");

    public static string ToJson()
    {
        var root = Object("A sweep: one model and its training, and the grid of hyperparameters to try.");
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", "Sweep file");
        foreach (var definition in SweepFileKeys.All)
        {
            var section = root;
            foreach (var name in definition.Section.Split('.', StringSplitOptions.RemoveEmptyEntries))
                section = Child(section, name);
            section["properties"]![definition.Name] = Key(definition);
        }
        root["properties"]![ProgramKeys.Own] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Hyperparameters of the program's own, under any names.",
            ["additionalProperties"] = new AnyScalar().Schema(),
        };
        root["properties"]!["grid"] = Grid();
        root["properties"]!["search"] = Search();
        return root.ToJsonString(Format);
    }

    private static JsonObject Child(JsonObject section, string name)
    {
        var properties = section["properties"]!.AsObject();
        if (!properties.ContainsKey(name))
            properties[name] = Object(null);
        return properties[name]!.AsObject();
    }

    private static JsonObject Object(string? description)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (description is not null)
            schema["description"] = description;
        schema["properties"] = new JsonObject();
        schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonObject Key(KeyDefinition definition)
    {
        var schema = definition.Domain.Schema();
        schema["description"] = definition.Unit is { } unit ? $"{definition.Description} Unit: {unit}." : definition.Description;
        if (definition.Default is { } text)
            schema["default"] = Default(definition, text);
        return schema;
    }

    private static JsonNode Default(KeyDefinition definition, string text) =>
        definition.Domain.Read(new ScalarNode(text, false, default)).Value is { AsNumber: not null } number
            ? JsonNode.Parse(number.ToString())!
            : JsonValue.Create(text);

    private static JsonObject Grid()
    {
        var grid = Object("Dotted keys with the values to try; every combination is one configuration, the last key moves fastest.");
        grid["minProperties"] = 1;
        foreach (var definition in SweepFileKeys.All.Where(definition => definition.Sweepable))
            grid["properties"]![definition.Key] = Axis(definition);
        grid["patternProperties"] = new JsonObject { [OwnKeys] = Axis(Own) };
        return grid;
    }

    private static JsonObject Axis(KeyDefinition definition)
    {
        var forms = new JsonArray(Values(definition), Form("values", Values(definition)));
        if (definition.Domain is RealNumber or WholeNumber)
        {
            forms.Add(Form("linspace", Three("start, stop, count: evenly spaced, both ends included")));
            forms.Add(Form("logspace", Three("first exponent, last exponent, count: powers of ten")));
            forms.Add(Form("range", Three("start, stop, step: stop included")));
        }
        return new JsonObject { ["description"] = definition.Description, ["anyOf"] = forms };
    }

    private static JsonObject Search()
    {
        var search = Object("Configurations drawn from domains, by their number and the seed alone; at each point of the grid, where there is one.");
        var properties = search["properties"]!;
        properties["sampler"] = Described(SearchReader.Samplers.Schema(), "random draws independently, sobol leaves fewer gaps (at most 21 keys). Default: random.");
        properties["configurations"] = Described(SearchReader.Counts.Schema(), "How many are drawn.");
        properties["seed"] = Described(SearchReader.Seeds.Schema(), "Default: the sweep's seed.");
        var space = Object("Dotted keys with the domains to draw their values from.");
        space["minProperties"] = 1;
        space["patternProperties"] = new JsonObject { [OwnKeys] = Drawn(Own) };
        foreach (var definition in SweepFileKeys.All.Where(definition => definition.Sweepable))
            space["properties"]![definition.Key] = Drawn(definition);
        properties["space"] = space;
        search["required"] = new JsonArray("configurations", "space");
        return search;
    }

    private static JsonObject Drawn(KeyDefinition definition)
    {
        var forms = new JsonArray(Values(definition), When("choice", Values(definition)));
        if (definition.Domain is RealNumber or AnyScalar)
        {
            forms.Add(When("uniform", Two("low, high: even in the number")));
            forms.Add(When("log_uniform", Two("low, high, both above 0: even in the logarithm")));
        }
        if (definition.Domain is WholeNumber or AnyScalar)
            forms.Add(When("integer", Two("low, high: whole numbers, both ends included")));
        return new JsonObject { ["description"] = definition.Description, ["anyOf"] = forms };
    }

    private static JsonObject When(string name, JsonObject value)
    {
        var form = Form(name, value);
        form["properties"]!["when"] = new JsonObject { ["type"] = "object", ["description"] = "Keys and the values under which this one applies", ["minProperties"] = 1 };
        return form;
    }

    private static JsonObject Described(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema;
    }

    private static JsonObject Two(string description) => new()
    {
        ["type"] = "array",
        ["description"] = description,
        ["items"] = new JsonObject { ["type"] = "number" },
        ["minItems"] = 2,
        ["maxItems"] = 2,
    };

    private static JsonObject Values(KeyDefinition definition) =>
        new() { ["type"] = "array", ["items"] = definition.Domain.Schema(), ["minItems"] = 1, ["uniqueItems"] = true };

    private static JsonObject Three(string description) => new()
    {
        ["type"] = "array",
        ["description"] = description,
        ["items"] = new JsonObject { ["type"] = "number" },
        ["minItems"] = 3,
        ["maxItems"] = 3,
    };

    private static JsonObject Form(string name, JsonObject value) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { [name] = value },
        ["required"] = new JsonArray(name),
        ["additionalProperties"] = false,
    };
}
