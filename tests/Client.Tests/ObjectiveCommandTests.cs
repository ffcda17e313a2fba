using System.Text.Json;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>A sweep whose best by accuracy is its worst by validation loss, as every command tells it.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class ObjectiveCommandTests(PrivateStore store)
{
    // Under replicate r depth x ends with a validation loss of x and an accuracy of 0.xr; f1 falls while accuracy rises.
    private const string Yaml =
        """
        trainer: {command: [sh, -c, "echo '{\"epoch\": 1, \"training\": 1, \"validation\": {hyperparameters.depth}, \"accuracy\": 0.{hyperparameters.depth}{replicate}, \"f1\": -{hyperparameters.depth}}'"]}
        replicates: 2
        objective: {metric: accuracy, direction: maximize}
        grid: {hyperparameters.depth: [2, 8, 4]}
        """;

    [Fact]
    public async Task Every_command_goes_by_the_objective_and_names_it()
    {
        var run = await store.RunAsync("run", store.Write("scored", Yaml), "--out", "scored-report");
        Assert.True(run.Code == 0, run.Error);
        Assert.Matches(@"(?m)^ *hyperparameters\.depth +replicates +mean accuracy +deviation +95 % interval +to the best, paired *$", run.Output);
        Assert.Matches(@"(?m)^ +8 +2 +0\.805 +0\.007071 +.* best *$", run.Output);
        Assert.Matches(@"(?m)^ +4 +2 +0\.405 .* -0\.4 to -0\.4 *$", run.Output);

        Assert.StartsWith("# best of 3 configurations of ", (await store.RunAsync("best", "scored")).Output);
        Assert.Contains("replicate by replicate the next, hyperparameters.depth=4, is 0.4 to 0.4 worse (95 % interval)\nhyperparameters:\n  depth: 8\n", (await store.RunAsync("best", "scored")).Output);
        Assert.Contains("best so far: hyperparameters.depth=8, accuracy 0.805 ± 0.007071", (await store.RunAsync("status", "scored")).Output);

        var status = await JsonAsync("status", "scored", "--json");
        Assert.Equal(("accuracy", true, 0.805, 8.0), (status.GetProperty("objective").GetString(), status.GetProperty("maximize").GetBoolean(), Math.Round(status.GetProperty("best").GetProperty("value").GetDouble(), 9), status.GetProperty("best").GetProperty("validation_loss").GetDouble()));
        var best = await JsonAsync("best", "scored", "--json");
        Assert.Equal((1, -0.4), (best.GetProperty("ordinal").GetInt32(), Math.Round(best.GetProperty("next").GetProperty("difference").GetDouble(), 9)));
        var show = await JsonAsync("show", "scored", "--json");
        Assert.Equal([0.205, 0.805, 0.405], show.GetProperty("configurations").EnumerateArray().Select(one => Math.Round(one.GetProperty("value").GetDouble(), 9)));
        Assert.Equal((JsonValueKind.Null, 0), (show.GetProperty("irreducible_error").ValueKind, show.GetProperty("diagnosis").GetArrayLength()));

        var trials = (await store.RunAsync("export", "scored", "--table", "trials")).Output.Split('\n');
        Assert.EndsWith(",hyperparameters.depth,metrics.accuracy,metrics.f1", trials[0]);
        Assert.EndsWith(",2,0.2,-2", trials[1]);
        Assert.Equal("trial,epoch,name,value,hyperparameters.depth", (await store.RunAsync("export", "scored", "--table", "metrics")).Output.Split('\n')[0]);
    }

    [Fact]
    public async Task Two_sweeps_differ_by_the_objective_that_both_have_and_else_by_validation_loss()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("once", Yaml))).Code);
        Assert.Equal(0, (await store.RunAsync("run", store.Write("again", Yaml.Replace("0.{hyper", "0.1{hyper")))).Code);
        Assert.Equal(0, (await store.RunAsync("run", store.Write("by-loss", Yaml.Replace("objective: {metric: accuracy, direction: maximize}\n", "")))).Code);

        var alike = await store.RunAsync("diff", "once", "again");
        Assert.Contains("3 configurations finished in both (accuracy)", alike.Output);
        Assert.Matches(@"(?m)^configuration +\w{8} +\w{8} +change +difference, paired +θ *$", alike.Output);
        Assert.Matches(@"(?m)^hyperparameters\.depth=8 +0\.805 +0\.1805 +-0\.6245 .* - *$", alike.Output);
        Assert.Contains("accuracy is, seed by seed", alike.Output);
        Assert.Equal("accuracy", (await JsonAsync("diff", "once", "again", "--json")).GetProperty("objective").GetString());

        var unlike = await store.RunAsync("diff", "once", "by-loss");
        Assert.Contains("3 configurations finished in both (validation loss)", unlike.Output);
        Assert.Matches(@"(?m)^configuration +\w{8} +\w{8} +ratio ", unlike.Output);
    }

    [Fact]
    public async Task A_report_by_another_number_says_so_and_one_by_none_is_refused_with_those_there_are()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("reported", Yaml))).Code);

        Assert.Equal(0, (await store.RunAsync("report", "reported", "--by", "f1", "--out", "by-f1")).Code);
        Assert.Contains("F1 for each depth", await File.ReadAllTextAsync(Path.Combine(store.Folder, "by-f1", "index.html")));

        var wrong = await store.RunAsync("report", "reported", "--by", "f2", "--out", "by-f2");
        Assert.Equal((2, "sweep: --by: expected accuracy, validation, training, f1, found 'f2'\n"), (wrong.Code, wrong.Error));
        Assert.False(Directory.Exists(Path.Combine(store.Folder, "by-f2")));
    }

    [Fact]
    public async Task The_test_part_can_be_no_objective()
    {
        var refused = await store.RunAsync("plan", store.Write("circular", "objective: {metric: test}\n"));
        Assert.Equal(2, refused.Code);
        Assert.Contains("objective.metric: test chooses nothing, for only the configuration that was chosen is looked at on the test part, once; choose by validation or training (", refused.Error);
    }

    private async Task<JsonElement> JsonAsync(params string[] words)
    {
        using var json = JsonDocument.Parse((await store.RunAsync(words)).Output);
        return json.RootElement.Clone();
    }
}
