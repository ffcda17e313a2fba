using System.Net;
using System.Text.Json;
using SweepCluster.Reports.Tests;
using SweepCluster.Store.Leases;

namespace SweepCluster.Service.Tests;

/// <summary>A sweep with an objective of its own, and metrics to choose from, as the service shows it. By its losses the first configuration is the best, by accuracy the last.</summary>
[Collection(OneService.Name)]
public class MeasureTests(ServiceFixture service)
{
    private const string Yaml =
        "{name: scored, trainer: {command: [x]}, replicates: 2, objective: {metric: accuracy, direction: maximize}, grid: {hyperparameters.depth: [1, 2], training.learning_rate: [1e-3, 1e-4]}}";

    private async Task<string> SweepAsync() => (await service.Store.SweepAsync(
        Yaml, StoreFixture.Complete,
        (claim, epoch) => [new Metric(epoch, "accuracy", 0.5 + (0.1 * claim.Ordinal) + (0.01 * claim.Replicate)), new Metric(epoch, "a<b>'\"&", 3)])).Value;

    [Fact]
    public async Task The_API_names_the_objective_and_ranks_by_it()
    {
        var sweep = await SweepAsync();

        var shown = await service.JsonAsync($"/api/sweeps/{sweep}");

        Assert.Equal(("accuracy", true, "accuracy"), (shown.GetProperty("objective").GetString(), shown.GetProperty("maximize").GetBoolean(), shown.GetProperty("by").GetString()));
        Assert.Equal(["accuracy", "validation", "training", "a<b>'\"&"], shown.GetProperty("measures").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(0.805, shown.GetProperty("best").GetProperty("value").GetDouble(), 1e-9);
        var configurations = shown.GetProperty("configurations").EnumerateArray().ToArray();
        Assert.Equal([3, 2, 1, 0], configurations.Select(one => one.GetProperty("ordinal").GetInt32()));
        Assert.Equal(0.805, configurations[0].GetProperty("value").GetDouble(), 1e-9);
        Assert.Equal(-0.1, configurations[1].GetProperty("difference").GetDouble(), 1e-9);
        Assert.True(configurations[0].GetProperty("validation_loss").GetDouble() > configurations[3].GetProperty("validation_loss").GetDouble());
        Assert.Empty(shown.GetProperty("diagnosis").EnumerateArray()); // what a program suffers from only it knows
        var trials = (await service.JsonAsync($"/api/sweeps/{sweep}/trials?sort=best&limit=3")).GetProperty("items").EnumerateArray();
        Assert.Equal([(3, 1), (3, 0), (2, 1)], trials.Select(trial => (trial.GetProperty("ordinal").GetInt32(), trial.GetProperty("replicate").GetInt32())));
    }

    [Fact]
    public async Task A_form_without_a_script_chooses_what_every_figure_shows()
    {
        var sweep = await SweepAsync();

        var page = await service.PageAsync($"/sweeps/{sweep}");
        Assert.Contains("depth = 2, α = 1e-4 gives the highest accuracy, 0.805 on average over 2 replicates, at a validation loss of", page);
        Assert.Contains(">mean accuracy</th>", page);
        Assert.Contains("<option value=\"accuracy\" selected=\"\">accuracy, the objective</option><option value=\"validation\">validation loss</option>", page);
        Assert.Contains("<option value=\"a&lt;b&gt;", page);
        Assert.Contains($"src=\"/sweeps/{sweep}/figures/heat-map.svg\"", page);

        var other = await service.PageAsync($"/sweeps/{sweep}?by=validation");
        Assert.Contains("<option value=\"validation\" selected=\"\">", other);
        Assert.Contains($"src=\"/sweeps/{sweep}/figures/heat-map.svg?by=validation\"", other);
        Assert.Contains("gives the highest accuracy", other);
        Assert.Contains("the frame marks the best by accuracy", other);

        Assert.Contains("Accuracy over depth and", await service.Client.GetStringAsync($"/sweeps/{sweep}/figures/heat-map.svg"));
        Assert.Contains("Validation loss over depth and", await service.Client.GetStringAsync($"/sweeps/{sweep}/figures/heat-map.svg?by=validation"));
        Assert.Contains("Training loss over depth and", await service.PageAsync($"/sweeps/{sweep}/figures/heat-map?by=training"));
        Assert.Contains("0.805", await service.Client.GetStringAsync($"/api/sweeps/{sweep}/figures/heat-map.csv"));
        Assert.DoesNotContain("0.805", await service.Client.GetStringAsync($"/api/sweeps/{sweep}/figures/heat-map.csv?by=training"));
        Assert.Contains("training loss", await service.Client.GetStringAsync($"/api/sweeps/{sweep}/figures/metric-scatter.json"));
        Assert.Contains("a&lt;b&gt;", await service.Client.GetStringAsync($"/sweeps/{sweep}/figures/final-metric.svg?by={Uri.EscapeDataString("a<b>'\"&")}"));

        // A sweep that has nothing to choose from is as it was.
        Assert.DoesNotContain("Compare trials by", await service.PageAsync($"/sweeps/{service.L2}"));
    }

    [Theory]
    [InlineData("/sweeps/{0}?by=acuracy")]
    [InlineData("/api/sweeps/{0}?by=acuracy")]
    [InlineData("/api/sweeps/{0}/figures?by=acuracy")]
    [InlineData("/api/sweeps/{0}/figures/heat-map.svg?by=%27%3B%20DROP%20TABLE%20trials")]
    public async Task A_number_that_trials_do_not_have_is_refused_with_those_they_have(string address)
    {
        using var answer = await service.Client.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, await SweepAsync()));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("by: expected accuracy, validation, training, ", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Metrics_are_columns_of_the_tables()
    {
        var sweep = await SweepAsync();

        var trials = (await service.Client.GetStringAsync($"/api/sweeps/{sweep}/trials.csv")).Split('\n');
        Assert.EndsWith(",training.learning_rate,\"metrics.a<b>'\"\"&\",metrics.accuracy", trials[0]);
        Assert.EndsWith(",1,1e-3,3,0.5", trials[1]);
        var metrics = (await service.Client.GetStringAsync($"/sweeps/{sweep}/metrics.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("trial,epoch,name,value,replicate,hyperparameters.depth,training.learning_rate", 1 + (8 * 20 * 2)), (metrics[0], metrics.Length));
        var page = await service.PageAsync($"/sweeps/{sweep}/trials?sort=best");
        Assert.Contains("Best accuracy first", page);
        Assert.Contains("<th scope=\"col\">accuracy</th><th scope=\"col\">a&lt;b&gt;", page);
        Assert.Contains("<td>1e-4</td>", page);
    }

    [Fact]
    public async Task Sweeps_with_one_objective_are_compared_by_it_and_others_by_validation_loss()
    {
        var (first, second) = (await SweepAsync(), await SweepAsync());

        var alike = await service.PageAsync($"/compare?sweep={first}&sweep={second}");
        Assert.Contains("ends highest, with accuracy of 0.805 at depth = 2, α = 1e-4.", alike);
        Assert.Contains("accuracy of the best configuration", (await service.Client.GetStringAsync($"/compare/figures/comparison-losses.svg?sweep={first}&sweep={second}")), StringComparison.OrdinalIgnoreCase);

        var mixed = await service.PageAsync($"/compare?sweep={first}&sweep={service.L2}");
        Assert.Contains("Their objectives differ: each stands here with its own best configuration, and they are compared by validation loss.", mixed);
        Assert.Contains("ends lowest, with a validation loss of", mixed);
    }

    [Fact]
    public async Task The_diagnosis_is_in_the_API_and_on_the_page()
    {
        var shown = await service.JsonAsync($"/api/sweeps/{service.L2}");
        var best = shown.GetProperty("diagnosis")[0];
        Assert.Equal(1e-5, shown.GetProperty("best").GetProperty("configuration").GetProperty("regularization.l2").GetDouble());
        Assert.Equal(0, best.GetProperty("ordinal").GetInt32());
        Assert.Contains(best.GetProperty("diagnosis").GetString(), (string[])["neither", "bias", "variance", "both"]);
        Assert.Equal(8, shown.GetProperty("diagnosis").GetArrayLength());
        Assert.Equal(JsonValueKind.String, best.GetProperty("next").ValueKind);

        var page = await service.PageAsync($"/sweeps/{service.L2}");
        Assert.Contains("<h2 id=\"diagnosis\">Bias or variance</h2>", page);
        Assert.Contains($"next: {best.GetProperty("next").GetString()}.", page);

        var schemas = (await service.JsonAsync("/api/openapi.json")).GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("DiagnosisRow").GetProperty("properties").TryGetProperty("avoidable_bias", out _));
        var parameters = (await service.JsonAsync("/api/openapi.json")).GetProperty("paths").GetProperty("/api/sweeps/{sweep}/figures/{file}").GetProperty("get").GetProperty("parameters");
        Assert.Contains(parameters.EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == "by");
    }
}
