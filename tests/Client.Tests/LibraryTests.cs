using System.Diagnostics;
using SweepCluster.Client.Tests.Running;
using SweepCluster.Contracts;
using SweepCluster.Training;

namespace SweepCluster.Client.Tests;

/// <summary>The .NET client, used as a program uses it.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class LibraryTests(PrivateStore store)
{
    private const string Yaml = "name: library\ndata: {points: 60, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\ntraining: {epochs: 5, batch: 16}\nsnapshots: {every: 2}\ngrid: {regularization.l2: [0, 1e-3]}";

    [Fact]
    public async Task A_program_launches_trains_follows_and_reads()
    {
        await using var client = await SweepClient.OpenAsync(store.Url);
        var sweep = await client.LaunchAsync(Yaml);
        var training = client.TrainAsync(sweep, slots: 1);

        var losses = new List<TrialLosses>();
        await foreach (var one in client.LossesAsync(sweep)) losses.Add(one);
        var ended = await training;

        Assert.Equal((SweepState.Completed, 2L), (ended.State, ended.Completed));
        Assert.Equal(Enumerable.Range(1, 5).Concat(Enumerable.Range(1, 5)), losses.OrderBy(one => one.Trial.Value).ThenBy(one => one.Epoch).Select(one => one.Epoch));
        Assert.Equal(10, losses.Distinct().Count());
        foreach (var trial in await client.TrialsAsync(sweep))
        {
            Assert.Equal([0, 2, 4, 5], await client.SnapshotsAsync(trial.Id));
            Assert.Equal(trial.ThetaSha256, ParameterHash.Sha256(await client.ParametersAsync(trial.Id)));
            Assert.NotEqual(trial.ThetaSha256, ParameterHash.Sha256(await client.ParametersAsync(trial.Id, epoch: 4)));
        }
    }

    [Fact]
    public async Task Waiting_ends_when_the_sweep_was_cancelled_elsewhere()
    {
        await using var client = await SweepClient.OpenAsync(store.Url);
        var sweep = await client.LaunchAsync(Yaml);
        var waiting = client.WaitAsync(sweep);

        Assert.Equal(0, (await store.RunAsync("cancel", sweep.Value)).Code);

        Assert.Equal(SweepState.Cancelled, (await waiting).State);
    }

    [Fact]
    public async Task What_cannot_be_is_an_exception_that_says_so()
    {
        await using var client = await SweepClient.OpenAsync(store.Url);

        var file = await Assert.ThrowsAsync<SweepFileException>(() => client.LaunchAsync("training: {epoch: 3}"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.WaitAsync(new SweepId("nowhere0")));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ParametersAsync(new TrialId(long.MaxValue)));
        await Assert.ThrowsAsync<FormatException>(() => SweepClient.OpenAsync("http://example"));

        Assert.Contains("did you mean", Assert.Single(file.Problems).ToString());
    }

    [Fact]
    public async Task The_example_program_runs()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "FromDotnet", "release", "SweepCluster.FromDotnet.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { UseShellExecute = false, RedirectStandardOutput = true, Environment = { ["SWEEP_STORE"] = store.Url } };
        using var process = Process.Start(start)!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Matches(@"^launched \w{8}\n(trial \d+: validation loss \S+ after epoch 10\n){3}Completed: 3 of 3 trials, 30 epochs\n", printed);
        Assert.Matches("\"regularization.l2\":0.1}: 49 parameters, norm \\d", printed);
    }
}
