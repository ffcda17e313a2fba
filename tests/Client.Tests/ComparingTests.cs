using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

/// <summary>best and diff: what a sweep taught, and what another taught otherwise.</summary>
[Collection(OnePrivateStore.Name)]
public sealed class ComparingTests(PrivateStore store) : IAsyncLifetime
{
    private const string Rest = "data: {points: 50, a: 1, b: 1, c: 0}\nmodel: {stem: none, hidden: [4]}\n";

    public async Task InitializeAsync()
    {
        if (await store.QueryAsync("select count(*) from sweeps where name = 'one'") != "0")
            return;
        foreach (var (name, epochs, values) in ((string, int, string)[])[("one", 3, "0, 1e-3"), ("two", 4, "1e-3, 10")])
        {
            var file = store.Write(name, Rest + $"replicates: 2\ntraining: {{epochs: {epochs}, batch: 16}}\ngrid: {{regularization.l2: [{values}]}}");
            Assert.Equal(0, (await store.RunAsync("run", file)).Code);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Best_prints_the_keys_of_the_configuration_with_the_smallest_mean_loss()
    {
        var winner = await store.QueryAsync(
            "select configuration->>'regularization.l2' from trials where sweep = (select id from sweeps where name = 'two') group by 1 order by avg(validation_loss) limit 1");

        var result = await store.RunAsync("best", "two");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(@"^# best of 2 configurations of \w{8}: validation loss \S+ ± \S+ over 2 replicates, 95 % interval \S+ to \S+$", result.OutputLines[0]);
        Assert.Matches(@"^# replicate by replicate the next, regularization\.l2=\S+ (is \S+ to \S+ worse|cannot be told from it: its loss is \S+ to \S+ greater) \(95 % interval\)$", result.OutputLines[1]);
        Assert.Equal(["regularization:", $"  l2: {(winner == "0.001" ? "1e-3" : winner)}"], result.OutputLines[2..]);
    }

    [Fact]
    public async Task The_whole_sweep_file_of_the_best_trains_to_the_same_bits()
    {
        var whole = await store.RunAsync("best", "two", "--whole");
        Assert.Equal(0, (await store.RunAsync("run", store.Write("winner", whole.Output.Replace("name: two", "name: winner")))).Code);

        var hashes = await store.QueryAsync("select theta_sha256 from trials where sweep = (select id from sweeps where name = 'winner') order by replicate");

        Assert.Equal(2, hashes.Split('\n').Length);
        Assert.All(hashes.Split('\n'), hash => Assert.Contains(hash, store.QueryAsync("select theta_sha256 from trials t join sweeps s on s.id = t.sweep where s.name = 'two'").Result));
    }

    [Fact]
    public async Task Diff_shows_the_keys_that_differ_and_the_configurations_in_common()
    {
        var result = await store.RunAsync("diff", "one", "two");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains(result.OutputLines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^training\.epochs +3 +4$"));
        Assert.Contains(result.OutputLines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^regularization\.l2 +\[0, 1e-3\] +\[1e-3, 10\]$"));
        Assert.Contains(result.OutputLines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^regularization\.l2=1e-3 +\S+ +\S+ +\S+ +\S+ to \S+ +different$"));
        Assert.Matches(@"^1 configuration finished in both \(validation loss\), 1 only in \w{8}, 1 only in \w{8}$", result.OutputLines[^1]);
    }

    [Fact]
    public async Task A_sweep_does_not_differ_from_itself()
    {
        var result = await store.RunAsync("diff", "one", "one");

        Assert.Equal("both ask for the same", result.OutputLines[0]);
        Assert.Equal(2, result.OutputLines.Count(line => line.EndsWith(" 0 to 0  same", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Differences_are_those_of_the_trials_that_share_a_seed()
    {
        // Student's t of one degree of freedom: half the range of two differences times 12.7.
        var expected = await store.QueryAsync(
            """
            select avg(d) - 12.706204736174694 * stddev(d) / sqrt(2), avg(d) + 12.706204736174694 * stddev(d) / sqrt(2)
            from (select b.validation_loss - a.validation_loss as d from trials a join trials b using (replicate)
                  where a.sweep = (select id from sweeps where name = 'one') and b.sweep = (select id from sweeps where name = 'two')
                  and a.configuration->>'regularization.l2' = '0.001' and b.configuration->>'regularization.l2' = '0.001') as pairs
            """);

        using var json = System.Text.Json.JsonDocument.Parse((await store.RunAsync("diff", "one", "two", "--json")).Output);

        var shared = json.RootElement.GetProperty("shared")[0];
        Assert.Equal(2, shared.GetProperty("paired").GetInt32());
        var found = new[] { "difference_low", "difference_high" }.Select(name => shared.GetProperty(name).GetDouble());
        Assert.All(expected.Split(',').Zip(found), pair => Assert.Equal(double.Parse(pair.First, System.Globalization.CultureInfo.InvariantCulture), pair.Second, 1e-9));
    }

    [Fact]
    public async Task Sweeps_of_other_seeds_are_not_paired()
    {
        var file = store.Write("elsewhere", Rest + "seed: 5\nreplicates: 2\ntraining: {epochs: 3, batch: 16}\ngrid: {regularization.l2: [0, 1e-3]}");
        Assert.Equal(0, (await store.RunAsync("run", file)).Code);

        var result = await store.RunAsync("diff", "one", "elsewhere");

        Assert.Contains("their seeds differ, so replicates are not paired", result.OutputLines);
        Assert.DoesNotContain("difference, paired", result.Output);
    }

    [Fact]
    public async Task Status_tells_the_best_configuration_so_far()
    {
        var best = (await store.RunAsync("best", "two")).OutputLines[0];

        var status = await store.RunAsync("status", "two");

        Assert.Matches(@"^best so far: regularization\.l2=\S+, validation loss ", status.OutputLines[^1]);
        Assert.EndsWith(best[best.IndexOf("validation loss", StringComparison.Ordinal)..], status.OutputLines[^1]);
    }

    [Fact]
    public async Task A_sweep_without_a_finished_trial_has_no_best()
    {
        var file = store.Write("unfinished", Rest + "training: {epochs: 3, batch: 16}");
        Assert.Equal(0, (await store.RunAsync("launch", file, "--store", store.Url)).Code);

        var result = await store.RunAsync("best", "unfinished");

        Assert.Equal(2, result.Code);
        Assert.Matches(@"^sweep: unfinished \(\w{8}\) has no finished trial yet; `sweep status \w{8}` shows how far it is\n$", result.Error);
        Assert.Equal(0, (await store.RunAsync("rm", "unfinished", "--yes")).Code);
    }
}
