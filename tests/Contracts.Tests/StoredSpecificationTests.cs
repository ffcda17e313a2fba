using System.Text.Json.Nodes;

namespace SweepCluster.Contracts.Tests;

public sealed class StoredSpecificationTests
{
    public static TheoryData<string> Examples() => new(Directory.GetFiles(Folders.Examples, "*.yaml").Select(Path.GetFileName).Order()!);

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_reads_and_comes_back_from_its_stored_form(string file)
    {
        var reading = SweepFile.Read(Path.Combine(Folders.Examples, file));
        Assert.Empty(reading.Problems);
        var specification = reading.Specification!;

        Assert.Equal(specification, Specification.FromJson(specification.ToJson()));
        Assert.Equal(specification, Specification.FromJson(AsJsonbKeepsIt(specification.ToJson())));
    }

    [Fact]
    public void The_stored_form_is_the_sweep_file_with_every_key_and_every_value()
    {
        var specification = SweepFile.Parse("{name: small, seed: 1, data: {a: 1.2}, grid: {regularization.l2: {logspace: [-5, 0, 2]}, model.stem: [none]}}").Specification!;

        Assert.Equal(
            """
            {"name":"small","seed":1,"replicates":1,
            "data":{"kind":"oscillation","points":10000,"a":1.2,"b":"draw","c":"draw","noise":0.1,"scale":"minmax","fraction":1,
            "split":{"train":0.7,"validation":0.3,"test":0},"seed":1},
            "model":{"preset":"notebook","stem":64,"hidden":[64,64,64],"activation":"leaky_relu","slope":0.03,"output":"linear"},
            "training":{"epochs":50,"batch":64,"loss":"mse","huber_delta":1,"optimizer":"adam","learning_rate":1e-3,"beta1":0.9,"beta2":0.999,"epsilon":1e-8,
            "weight_decay":0,"momentum":0,"nesterov":"off","rho":0.99,"clip_norm":"none","trainer":"simd",
            "schedule":{"kind":"constant","every":10,"factor":0.1,"floor":0,"warmup":0}},
            "regularization":{"l2":0,"l2_form":"coupled","l1":0,"l1_step":"proximal","applies_to":"all",
            "dropout":{"p":0,"keep_prob":"none","evaluation":"off","passes":"auto"},"norm":{"strength":0,"p":2,"q":2}},
            "augmentation":{"inputs":0,"targets":0},
            "stopping":{"patience":"none","min_change":0,"restore_best":"off","rule":"none","grace":10,"factor":3,"fewest":5},"snapshots":{"every":10},
            "grid":[{"key":"regularization.l2","values":[1e-5,1]},{"key":"model.stem","values":["none"]}]}
            """.ReplaceLineEndings(""),
            specification.ToJson());
    }

    [Fact]
    public void A_key_younger_than_the_stored_form_has_its_default()
    {
        var json = JsonNode.Parse(SweepFile.Parse("seed: 1").Specification!.ToJson())!.AsObject();
        json["training"]!.AsObject().Remove("beta2");

        Assert.Equal(0.999, Specification.FromJson(json.ToJsonString()).Resolve(new Configuration([]), 0).Training.Beta2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"unknown\":1}")]
    [InlineData("{\"grid\":[1]}")]
    [InlineData("{\"training\":{\"epochs\":\"many\"}}")]
    public void What_is_no_stored_form_is_refused(string json) => Assert.Throws<FormatException>(() => Specification.FromJson(json));

    [Fact]
    public void A_configuration_comes_back_in_whatever_order_its_keys_return()
    {
        var specification = SweepFile.Parse("grid: {regularization.l2: [1e-5], model.hidden: [[8, 4]], data.a: [draw], training.batch: [16]}").Specification!;
        var configuration = specification.ConfigurationAt(0);

        Assert.Equal("""{"regularization.l2":1e-5,"model.hidden":[8,4],"data.a":"draw","training.batch":16}""", configuration.ToJson());
        var stored = Configuration.FromJson("""{"data.a":"draw","model.hidden":[8, 4],"training.batch":16,"regularization.l2":0.00001}""");
        Assert.Equal(configuration, stored);
        Assert.Equal(configuration.GetHashCode(), stored.GetHashCode());
        Assert.NotEqual(configuration, Configuration.FromJson("""{"data.a":"draw"}"""));
        Assert.Throws<FormatException>(() => Configuration.FromJson("""{"data.z":1}"""));
    }

    /// <summary>jsonb sorts an object's keys by length, then by bytes, and writes numbers without exponents.</summary>
    private static string AsJsonbKeepsIt(string json)
    {
        return Sorted(JsonNode.Parse(json)!).ToJsonString();

        static JsonNode Sorted(JsonNode node) => node switch
        {
            JsonObject map => new JsonObject(map.OrderBy(entry => entry.Key.Length).ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Sorted(entry.Value!)))),
            JsonArray list => new JsonArray([.. list.Select(item => Sorted(item!))]),
            JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => JsonValue.Create(value.GetValue<decimal>()),
            _ => node.DeepClone(),
        };
    }
}
