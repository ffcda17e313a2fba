using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using SweepCluster.Client.Tests.Running;

namespace SweepCluster.Client.Tests;

[Collection(OnePrivateStore.Name)]
public sealed class RunTests(PrivateStore store)
{
    private const string Small = "data: {points: 200, a: 1.2, b: 0.8, c: 0.02}\nmodel: {stem: none, hidden: [8]}\ntraining: {epochs: 5, batch: 32}\n";

    // Long enough that a signal comes in time: with 6,000 epochs a few seconds on one slot.
    private const string Long = "data: {points: 2000, a: 1.2, b: 0.8, c: 0.02}\nmodel: {stem: none, hidden: [8]}\nsnapshots: {every: 1000}\n"
        + "training: {epochs: EPOCHS, batch: 32}\ngrid: {regularization.l2: [0, 1e-3], regularization.dropout.p: [0, 0.1]}\n";

    [Fact]
    public async Task A_run_prints_its_table_writes_its_report_and_says_what_to_type_next()
    {
        var file = store.Write("first", Small + "grid: {regularization.l2: [1e-5, 1e-4, 1]}");

        var result = await store.RunAsync("run", file);

        Assert.Equal(0, result.Code);
        Assert.Equal(5, result.OutputLines.Length);
        Assert.Matches(@"^regularization\.l2  training loss  validation loss  epochs  seconds$", result.OutputLines[0]);
        Assert.All(["1e-5", "1e-4", "1"], (value, i) => Assert.Matches($@"^ *{value}  +0\.\d+  +0\.\d+  +5  +\d+\.\d$", result.OutputLines[i + 2]));
        var id = Regex.Match(result.Error, @"^sweep: first is (?<id>\w{8}): 3 trials$", RegexOptions.Multiline).Groups["id"].Value;
        Assert.Contains($"sweep: report: reports/first-{id}/index.html\n", result.Error);
        Assert.EndsWith($"sweep: next: sweep show {id}\n", result.Error);
        Assert.Matches(@"3/3  completed  regularization\.l2=\S+  epoch 5/5  training loss 0\.\d+  validation loss 0\.\d+\n", result.Error);
        Assert.DoesNotContain('\e', result.Error);
        string[] files = ["index.html", "trials.csv", "losses.csv", "summary.json"];
        Assert.All(files, name => Assert.True(File.Exists(Path.Combine(store.Folder, "reports", $"first-{id}", name)), name));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(store.Folder, "reports", $"first-{id}", "figures"), "*.svg"));
    }

    [Fact]
    public async Task With_json_every_line_of_the_output_is_an_event()
    {
        var file = store.Write("events", Small + "grid: {regularization.l2: [0, 1]}");

        var result = await store.RunAsync("run", file, "--json", "--out", "events-report");

        Assert.Equal(0, result.Code);
        var events = result.OutputLines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("launched", events[0].GetProperty("event").GetString());
        Assert.Equal("finished", events[^1].GetProperty("event").GetString());
        Assert.Equal(2, events[^1].GetProperty("completed").GetInt32());
        Assert.Equal(Path.Combine(store.Folder, "events-report"), events[^1].GetProperty("report").GetString());
        Assert.Equal(10, events.Count(e => e.GetProperty("event").GetString() == "epoch"));
        Assert.Equal(["Completed", "Completed"], events.Where(e => e.GetProperty("event").GetString() == "trial_ended").Select(e => e.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_trial_that_diverges_fails_with_its_epoch_and_the_others_go_on()
    {
        var file = store.Write("diverges", Small + "grid: {training.learning_rate: [1e-3, 1e30]}");

        var result = await store.RunAsync("run", file);

        Assert.Equal(1, result.Code);
        Assert.Matches(@"1e-3 .* Completed\n", result.Output);
        Assert.Matches(@"1e30 .* Failed\n", result.Output);
        Assert.Matches(@"sweep: training\.learning_rate=1e30 failed: .*loss became .* at epoch 1", result.Error);
        Assert.Contains("sweep: 1 of 2 trials completed", result.Error);
        Assert.Contains("sweep: report: ", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task An_interrupted_run_says_how_to_go_on_and_then_ends_in_the_same_bits(PosixSignal signal)
    {
        var (whole, broken) = ($"whole-{signal}", $"broken-{signal}");
        Assert.Equal(0, (await store.RunAsync("run", store.Write(whole, Long.Replace("EPOCHS", "6000")))).Code);

        var program = store.Start("run", store.Write(broken, Long.Replace("EPOCHS", "6000")), "--json", "--slots", "1");
        await program.LineAsync(line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal));
        program.Signal(signal);
        var interrupted = await program.EndAsync();

        Assert.Equal(130, interrupted.Code);
        var resume = Regex.Match(interrupted.Error, @"^sweep:   sweep (?<command>resume \w+)$", RegexOptions.Multiline).Groups["command"].Value;
        Assert.NotEmpty(resume);
        Assert.NotEqual("0", await store.QueryAsync($"select count(*) from trials t join sweeps s on s.id = t.sweep where s.name = '{broken}' and t.state = 'Pending'"));
        Assert.Equal(0, (await store.RunAsync(resume.Split(' '))).Code);
        Assert.Equal(await HashesAsync(whole), await HashesAsync(broken));
    }

    [Fact]
    public async Task A_killed_run_is_resumed_and_ends_in_the_same_bits()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("whole-kill", Long.Replace("EPOCHS", "6000")))).Code);

        var program = store.Start("run", store.Write("broken-kill", Long.Replace("EPOCHS", "6000")), "--json", "--slots", "1");
        await program.LineAsync(line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal));
        program.Kill();
        await program.EndAsync();

        Assert.Equal(0, (await store.RunAsync("resume", "broken-kill")).Code);
        Assert.Equal(await HashesAsync("whole-kill"), await HashesAsync("broken-kill"));
    }

    [Fact]
    public async Task A_second_interrupt_ends_the_program_at_once()
    {
        var program = store.Start("run", store.Write("impatient", Long.Replace("EPOCHS", "1000000")), "--json", "--slots", "1");
        await program.LineAsync(line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal));

        program.Signal(PosixSignal.SIGINT);
        program.Signal(PosixSignal.SIGINT);

        Assert.Equal(130, (await program.EndAsync()).Code);
        await store.RunAsync("cancel", "impatient");
    }

    [Fact]
    public async Task Two_runs_at_once_do_not_disturb_each_other()
    {
        var (one, two) = (store.Write("twin-1", Small + "grid: {regularization.l2: [0, 1]}"), store.Write("twin-2", Small + "grid: {regularization.l2: [0, 1]}"));

        var results = await Task.WhenAll(store.RunAsync("run", one), store.RunAsync("run", two));

        Assert.All(results, result => Assert.Equal(0, result.Code));
        Assert.Equal(await HashesAsync("twin-1"), await HashesAsync("twin-2"));
    }

    [Fact]
    public async Task A_resumed_sweep_that_has_ended_prints_its_table_again()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("ended", Small))).Code);

        var result = await store.RunAsync("resume", "ended");

        Assert.Equal(0, result.Code);
        Assert.Contains("has nothing left to do", result.Error);
        Assert.StartsWith("configuration  training loss", result.Output);
    }

    [Fact]
    public async Task A_cancelled_sweep_is_resumed_only_after_a_retry()
    {
        var launched = await store.RunAsync("launch", store.Write("cancelled", Small), "--store", store.File);
        var id = launched.Output.Trim();

        Assert.Equal(0, (await store.RunAsync("cancel", id)).Code);
        var refused = await store.RunAsync("resume", id);
        Assert.Equal(0, (await store.RunAsync("retry", id)).Code);
        var resumed = await store.RunAsync("resume", id);

        Assert.Equal(2, refused.Code);
        Assert.Contains($"`sweep retry {id}` makes its trials pending again", refused.Error);
        Assert.Equal(0, resumed.Code);
    }

    [Fact]
    public async Task A_launched_sweep_is_trained_by_a_silo_of_the_same_store()
    {
        var silo = store.Start("silo", "--store", store.File, "--slots", "2");
        await silo.LineAsync(line => line.Contains("joined", StringComparison.Ordinal));

        var launched = await store.RunAsync("launch", store.Write("launched", Small + "replicates: 2"), "--store", store.File);
        Assert.Matches(@"^\w{8}\n$", launched.Output);
        var finished = await store.RunAsync("resume", launched.Output.Trim());
        silo.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, finished.Code);
        Assert.Matches(@"launched +0 +0\.\d+", finished.Output);
        Assert.Equal(0, (await silo.EndAsync()).Code);
    }

    [Fact]
    public async Task Verify_trains_again_and_finds_the_same_bits()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("verified", Small + "grid: {regularization.dropout.p: [0, 0.5]}"))).Code);

        var result = await store.RunAsync("verify", "verified");

        Assert.Equal(0, result.Code);
        Assert.Equal(2, result.OutputLines.Count(line => line.StartsWith("same ", StringComparison.Ordinal)));
        Assert.Contains("every bit is the same", result.Error);
    }

    [Fact]
    public async Task Verify_says_which_trial_differs_and_from_which_epoch_on()
    {
        Assert.Equal(0, (await store.RunAsync("run", store.Write("tampered", Small + "grid: {regularization.dropout.p: [0, 0.25, 0.5]}"))).Code);
        await store.ChangeAsync("""
            update ledger.losses l set training[2] = training[2] * 1.0000001
            from ledger.trials t join ledger.sweeps s on s.id = t.sweep
            where t.id = l.trial and s.name = 'tampered' and t.ordinal = 2 and l.first_epoch = 1
            """);

        var result = await store.RunAsync("verify", "tampered", "--sample", "2");

        Assert.Equal(1, result.Code);
        Assert.Equal(2, result.OutputLines.Length);
        Assert.Contains(result.OutputLines, line => line.StartsWith("same ", StringComparison.Ordinal) && line.Contains("=0 "));
        Assert.Contains(result.OutputLines, line => line.StartsWith("DIFFERENT ", StringComparison.Ordinal) && line.Contains("=0.5 ") && line.EndsWith("losses differ from epoch 2 on"));
    }

    private Task<string> HashesAsync(string name) => store.QueryAsync(
        $"select t.ordinal, t.theta_sha256 from trials t join sweeps s on s.id = t.sweep where s.name = '{name}' and t.state = 'Completed' order by t.ordinal");
}
