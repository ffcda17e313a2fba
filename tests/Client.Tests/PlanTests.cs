using System.Text.Json;
using SweepCluster.Client.Planning;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

[Collection(OnePrivateStore.Name)]
public sealed class PlanTests(PrivateStore store)
{
    private const string Yaml = "replicates: 2\ndata: {points: 60, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\nsnapshots: {every: 2}\n"
        + "training: {epochs: 3, batch: 16}\ngrid: {training.epochs: [3, 4], regularization.l2: [0, 1e-3, 1e-2]}";

    [Fact]
    public async Task The_rows_it_forecasts_are_the_rows_that_come()
    {
        var file = store.Write("planned", Yaml.Replace("training: {epochs: 3, batch: 16}", "training: {batch: 16}"));
        using var plan = JsonDocument.Parse((await store.RunAsync("plan", file, "--json")).Output);
        Assert.Equal(0, (await store.RunAsync("run", file)).Code);

        foreach (var table in (string[])["losses", "snapshots", "fits"])
        {
            var came = await store.QueryAsync($"select count(*) from {table} r join trials t on t.id = r.trial join sweeps s on s.id = t.sweep where s.name = 'planned'");
            Assert.Equal(came, plan.RootElement.GetProperty(table).GetRawText());
        }
        Assert.Equal("12", plan.RootElement.GetProperty("trials").GetRawText());
        Assert.True(plan.RootElement.GetProperty("seconds").GetDouble() > 0);
    }

    [Fact]
    public async Task A_person_reads_what_is_asked_how_long_it_takes_and_what_it_keeps()
    {
        var file = store.Write("readable", Yaml.Replace("training: {epochs: 3, batch: 16}", "training: {batch: 16}"));

        var result = await store.RunAsync("plan", file, "--slots", "1");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("\ntrials:         12 = 6 configurations × 2 replicates\n", result.Output);
        Assert.Matches(@"\ntime:           \S+ m?s on 1 slot of this machine, \S+ core-seconds of training; an epoch of the first configuration takes \S+ ms\n", result.Output);
        Assert.Matches(@"\n +4 +4 +1e-3\nthe first 5 of 6\n$", result.Output);
    }

    [Fact]
    public async Task Nothing_is_stored_by_planning()
    {
        await store.RunAsync("plan", store.Write("unstored", Yaml));

        Assert.Equal("0", await store.QueryAsync("select count(*) from sweeps where name = 'unstored'"));
    }

    [Fact]
    public async Task Luck_and_kept_dropout_are_remarked_on()
    {
        var result = await store.RunAsync("plan", store.Write("remarked", "data: {points: 60}\nmodel: {stem: none, hidden: [4]}\ntraining: {batch: 16}\n"
            + "regularization: {dropout: {evaluation: on}}\ngrid: {regularization.dropout.p: [0, 0.2]}"));

        Assert.Equal(0, result.Code);
        Assert.Contains("sweep: note: replicates is 1: ", result.Error);
        Assert.Contains("sweep: note: dropout.evaluation is on: ", result.Error);
    }

    [Fact]
    public async Task A_bad_file_is_a_mistake_here_as_well() =>
        Assert.Equal(2, (await store.RunAsync("plan", store.Write("bad", "training: {epoch: 3}"))).Code);

    [Fact]
    public void Time_is_training_on_the_slots_and_what_is_done_for_each_trial()
    {
        Assert.Equal(RunTime.Seconds(1, 1, 0, 1) + 9, RunTime.Seconds(10, 1, 0, 1), 9);
        Assert.Equal(RunTime.Seconds(10, 8, 0, 1) - RunTime.Seconds(0, 0, 0, 1), 4 * (RunTime.Seconds(10, 8, 0, 4) - RunTime.Seconds(0, 0, 0, 4)), 9);
        Assert.True(RunTime.Seconds(0, 100_000, 0, 2) > 10 && RunTime.Seconds(0, 0, 1e9, 2) > 1);
    }

    [Theory]
    [InlineData(1, new[] { 0 })]
    [InlineData(6, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(11, new[] { 0, 2, 4, 6, 8, 10 })]
    [InlineData(1000, new[] { 0, 199, 399, 599, 799, 999 })]
    public void An_axis_is_timed_at_both_ends_and_between(int values, int[] timed) => Assert.Equal(timed, Calibration.Spread(values));

    [Fact]
    public void Values_that_are_not_timed_lie_between_their_neighbours() =>
        Assert.Equal(Enumerable.Range(0, 11).Select(i => 1.0 + i), Calibration.Between(11, i => 1.0 + i));
}
