using System.Text.Json;
using System.Text.RegularExpressions;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>Everything that looks at what a run has stored.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class StoredTests(PrivateStore store) : IAsyncLifetime
{
    private const string Name = "stored";

    public async Task InitializeAsync()
    {
        if (await store.QueryAsync($"select count(*) from sweeps where name = '{Name}'") != "0")
            return;
        var file = store.Write(Name, "replicates: 2\ndata: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\ntraining: {epochs: 3, batch: 16}\n"
            + "snapshots: {every: 2}\ngrid: {regularization.l2: [0, 1e-3], model.activation: [relu, tanh]}");
        Assert.Equal(0, (await store.RunAsync("run", file)).Code);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task List_shows_the_newest_sweep_first()
    {
        var result = await store.RunAsync("list");

        Assert.Matches(@"^id +name +state +trials +completed +failed +created$", result.OutputLines[0]);
        Assert.Contains(result.OutputLines, line => Regex.IsMatch(line, @"^\w{8}  stored +Completed +8 +8 +0  \d{4}-"));
    }

    [Fact]
    public async Task Show_says_what_was_asked_and_what_came_of_it()
    {
        var result = await store.RunAsync("show", Name);

        Assert.Equal(0, result.Code);
        Assert.Contains("8 of 8 trials completed", result.Output);
        Assert.Contains("grid:           regularization.l2 = 0, 1e-3\n", result.Output);
        Assert.Contains("grid:           model.activation = relu, tanh\n", result.Output);
        Assert.Matches(@"1e-3 +tanh +1  +0\.\d+", result.Output);
    }

    [Fact]
    public async Task Status_counts_trials_by_state() =>
        Assert.Matches(@"^stored  \w{8}  Completed\nCompleted +8\nbest so far: regularization.l2=\S+ model.activation=\S+, validation loss \S+ ± \S+ over 2 replicates, 95 % interval \S+ to \S+\n$", (await store.RunAsync("status", Name)).Output);

    [Fact]
    public async Task A_sweep_is_found_by_the_beginning_of_its_id_and_nothing_else_is_guessed()
    {
        var id = await store.QueryAsync($"select id from sweeps where name = '{Name}'");

        Assert.Equal(0, (await store.RunAsync("status", id[..6])).Code);
        var unknown = await store.RunAsync("show", "no-such-sweep");
        Assert.Equal((2, "sweep: no sweep 'no-such-sweep'; `sweep list` shows what there is\n"), (unknown.Code, unknown.Error));
    }

    [Theory]
    [InlineData("trials", "id,sweep,ordinal,replicate,configuration,state,attempts,silo,epochs,training_loss,validation_loss,test_loss,best_validation_loss,seconds,theta_sha256,error,started_at,finished_at,stopped_by,theta_epoch,tested_at", 8)]
    [InlineData("losses", "trial,epoch,training,validation", 24)]
    [InlineData("snapshots", "trial,epoch,parameters", 24)]
    [InlineData("fits", "trial,row,part,x,target,prediction,spread,mean,output", 400)]
    public async Task An_export_has_the_view_s_columns_and_the_grid_s_keys(string table, string columns, int rows)
    {
        var csv = await store.RunAsync("export", Name, "--table", table);
        var json = await store.RunAsync("export", Name, "--table", table, "--format", "json");

        Assert.Equal((0, ""), (csv.Code, csv.Error));
        Assert.Equal($"{columns},regularization.l2,model.activation", csv.OutputLines[0]);
        Assert.Equal(rows, csv.OutputLines.Length - 1);
        Assert.EndsWith(",0,relu", csv.OutputLines[1]);
        using var parsed = JsonDocument.Parse(json.Output);
        Assert.Equal(rows, parsed.RootElement.GetArrayLength());
        Assert.Equal("tanh", parsed.RootElement[rows - 1].GetProperty("model.activation").GetString());
        Assert.Equal(0.001, parsed.RootElement[rows - 1].GetProperty("regularization.l2").GetDouble());
    }

    [Fact]
    public async Task Snapshots_are_numbers_in_both_formats_and_the_configuration_is_JSON()
    {
        var csv = await store.RunAsync("export", Name, "--table", "snapshots");
        var json = await store.RunAsync("export", Name, "--table", "snapshots", "--format", "json");
        var trials = await store.RunAsync("export", Name, "--table", "trials", "--format", "json");

        using var snapshots = JsonDocument.Parse(json.Output);
        var fromJson = snapshots.RootElement[0].GetProperty("parameters").EnumerateArray().Select(p => p.GetSingle());
        var fromCsv = csv.OutputLines[1].Split(',')[2].Split(' ').Select(float.Parse);
        Assert.Equal(13, fromJson.Count());
        Assert.Equal(fromJson, fromCsv);
        using var parsed = JsonDocument.Parse(trials.Output);
        Assert.Equal(JsonValueKind.Object, parsed.RootElement[0].GetProperty("configuration").ValueKind);
    }

    [Fact]
    public async Task An_export_to_a_file_is_whole_or_not_there()
    {
        var good = await store.RunAsync("export", Name, "--table", "losses", "--out", "losses.csv");
        var folder = await store.RunAsync("export", Name, "--table", "losses", "--out", ".");
        var nowhere = await store.RunAsync("export", Name, "--table", "losses", "--out", "no/such/folder/losses.csv");

        Assert.Equal((0, "", "sweep: wrote 24 rows to losses.csv\n"), (good.Code, good.Output, good.Error));
        Assert.Equal(25, File.ReadAllLines(Path.Combine(store.Folder, "losses.csv")).Length);
        Assert.Equal((2, 2), (folder.Code, nowhere.Code));
        Assert.Empty(Directory.GetFiles(store.Folder, ".losses*"));
    }

    [Fact]
    public async Task A_report_s_trials_are_the_exported_ones_to_the_byte()
    {
        var file = store.Write("same", "data: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\ntraining: {epochs: 1, batch: 16}\ngrid: {regularization.l2: [1e-5, 0.1]}");
        Assert.Equal(0, (await store.RunAsync("run", file, "--out", "same")).Code);

        Assert.Equal((await store.RunAsync("export", "same", "--table", "trials")).Output, File.ReadAllText(Path.Combine(store.Folder, "same", "trials.csv")));
    }

    [Fact]
    public async Task A_report_is_drawn_again_from_the_store_alone()
    {
        var result = await store.RunAsync("report", Name, "--out", "again");

        Assert.Equal((0, "again/index.html\n"), (result.Code, result.Output));
        Assert.True(File.Exists(Path.Combine(store.Folder, "again", "summary.json")));
    }

    [Fact]
    public async Task Doctor_finds_everything_well()
    {
        var result = await store.RunAsync("doctor");

        Assert.Equal((0, "sweep: all is well\n"), (result.Code, result.Error));
        Assert.All(["PostgreSQL", "store", "disk", "clock", "engine", "trainer"], subject => Assert.Matches($@"(?m)^(ok  |weak)  {subject} ", result.Output));
    }
}
