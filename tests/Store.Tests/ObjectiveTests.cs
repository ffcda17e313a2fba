using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Programs;
using SweepCluster.Grains.Stopping;
using SweepCluster.Grains.Testing;
using SweepCluster.Silo;
using SweepCluster.Store.Leases;
using SweepCluster.Store.News;
using SweepCluster.Store.Queries;

namespace SweepCluster.Store.Tests;

/// <summary>A sweep with an objective of its own is stopped, tested and ranked by it, whatever its validation losses say.</summary>
public sealed class ObjectiveTests : IDisposable
{
    private static readonly Objective Accuracy = new("accuracy", true);

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-objective-tests-").FullName;
    private readonly ProgramHost _programs = new(ProgramHost.Any) { Grace = TimeSpan.FromSeconds(0.5) };

    public void Dispose()
    {
        _programs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Configuration x loses x, and is right 1 in x times less: by accuracy the last is the best.
    private const string Script =
        """
        e=1; while [ $e -le 6 ]; do echo "{\"epoch\": $e, \"training\": 1, \"validation\": $1, \"accuracy\": 0.$1$e}"; e=$((e + 1)); done
        printf 'x,target,prediction,part\n0,1,%s,train\n1,2,%s,validation\n2,3,%s,test\n' $1 $1 $1 > $SWEEP_SCRATCH/fit.csv
        echo "{\"fit\": \"$SWEEP_SCRATCH/fit.csv\"}"
        """;

    [Fact]
    public async Task What_a_program_says_of_the_test_part_is_opened_for_the_best_by_its_objective_alone()
    {
        await using var ledger = await TestServer.NewLedgerAsync();

        var trials = await RunAsync(ledger, Script.Replace("0.$1$e}", "0.$1$e, \\\"test\\\": 7$1}"));

        Assert.Equal(2L, await ledger.AskAsync<long>("select selected from sweeps where selected_at >= finished_at"));
        Assert.Equal("test 2 3 4", await ledger.AskAsync<string>("select string_agg(concat_ws(' ', part, x[1], target, prediction), '; ') from fits where part = 'test'"));
        Assert.Equal(6, await ledger.AskAsync<long>("select count(*) from fits where part <> 'test'"));
        Assert.Equal([null, null, 74], trials.Select(trial => trial.TestLoss));
        Assert.Equal([0.26, 0.36, 0.46], trials.Select(trial => trial.ValueOf(Accuracy)));
        Assert.Equal(2, Assert.Single(await ledger.Trials.BestAsync(trials[0].Sweep, Accuracy)).Ordinal);
        Assert.Equal(0, Assert.Single(await ledger.Trials.BestAsync(trials[0].Sweep, Objective.Default)).Ordinal);
        Assert.Empty(await ledger.Tests.DueAsync());
    }

    [Fact]
    public async Task A_program_without_a_test_part_has_nothing_selected()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        await RunAsync(ledger, Script.Replace(",test", ",train"));
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from ledger.sweeps where tests or selected is not null"));
    }

    [Fact]
    public async Task Our_own_trainers_test_part_is_looked_at_by_the_best_by_the_objective()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        // Asked for is the greatest training loss, which the strongest penalty has.
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(
            """
            data: {points: 100, a: 1.2, b: 0.8, c: 0, split: {train: 0.6, validation: 0.2, test: 0.2}}
            model: {stem: none, hidden: [8]}
            training: {epochs: 5, batch: 16, learning_rate: 1e-2}
            objective: {metric: training, direction: maximize}
            grid: {regularization.l2: [0, 10]}
            """));
        await Silo(ledger, sweep).RunAsync(CancellationToken.None);
        Assert.Equal(1L, await ledger.AskAsync<long>("select selected from sweeps"));
        Assert.Equal(1, await ledger.AskAsync<long>("select min(ordinal) from trials where test_loss is not null"));
    }

    [Fact]
    public void The_highest_mean_is_selected_where_more_is_better()
    {
        Assert.Equal(5, TestSelection.Of([new(3, 0, 0.9), new(3, 1, 0.1), new(5, 0, 0.6), new(5, 1, 0.6), new(6, 0, 0.99), new(7, 0, double.PositiveInfinity)], maximize: true));
        Assert.Equal(3, TestSelection.Of([new(3, 0, -1), new(4, 0, -1)], maximize: true));
    }

    [Fact]
    public async Task Patience_goes_by_the_metric_and_says_so()
    {
        await using var ledger = await TestServer.NewLedgerAsync();

        // Its validation loss falls all the time; its accuracy is best in the third epoch.
        var trials = await RunAsync(ledger,
            """
            e=1; for a in 0.1 0.5 0.7 0.6 0.6 0.6 0.6 0.6; do echo "{\"epoch\": $e, \"training\": 1, \"validation\": 0.$((9 - e)), \"accuracy\": $a}"; e=$((e + 1)); done
            """, "stopping: {patience: 2}");

        Assert.All(trials, trial => Assert.Equal((TrialState.Stopped, "patience", 5), (trial.State, trial.StoppedBy, trial.Epochs)));
        Assert.Equal("early stopping at epoch 5: no accuracy above 0.7 (epoch 3) in 2 epochs", trials[0].Error);
    }

    [Fact]
    public async Task Trials_are_halved_by_the_metric()
    {
        await using var ledger = await TestServer.NewLedgerAsync();

        var trials = await RunAsync(ledger, Script, "stopping: {rule: asha, grace: 2, factor: 2}", slots: 1, values: "[4, 3, 2]");

        // One after another: the first goes on for want of others, the second and third are not among the best half.
        Assert.Equal([TrialState.Completed, TrialState.Stopped, TrialState.Stopped], trials.Select(trial => trial.State));
        Assert.Equal("successive halving at epoch 2: its accuracy, 0.32, is number 2 of 2 trials at this rung, and the best 1 go on", trials[1].Error);
    }

    [Fact]
    public async Task A_trial_that_does_not_report_the_metric_is_not_compared()
    {
        await using var ledger = await TestServer.NewLedgerAsync();

        var trials = await RunAsync(ledger, Script.Replace(", \\\"accuracy\\\": 0.$1$e", ""), "stopping: {rule: asha, grace: 2, factor: 2, patience: 1}", slots: 1);

        Assert.All(trials, trial => Assert.Equal((TrialState.Completed, null), (trial.State, trial.ValueOf(Accuracy))));
        Assert.Empty(await ledger.Trials.BestAsync(trials[0].Sweep, Accuracy));
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from ledger.sweeps where tests or selected is not null"));
    }

    [Fact]
    public async Task Peers_are_read_as_the_objective_has_them()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var trials = await RunAsync(ledger, Script);
        var sweep = trials[0].Sweep;

        var byAccuracy = await ledger.Trials.AtEpochAsync(sweep, 2, Accuracy);
        Assert.Equal([-0.22, -0.32, -0.42], byAccuracy.Select(peer => peer.At));
        Assert.Equal([-0.215, -0.315, -0.415], byAccuracy.Select(peer => Math.Round(peer.Mean, 9)));
        Assert.Equal([-0.22, -0.32, -0.42], byAccuracy.Select(peer => peer.Least));
        Assert.Equal([2, 3, 4], (await ledger.Trials.AtEpochAsync(sweep, 6, Objective.Default)).Select(peer => peer.At));
        Assert.Equal([-1, -1, -1], (await ledger.Trials.AtEpochAsync(sweep, 6, new Objective("training", true))).Select(peer => peer.Least));
    }

    [Fact]
    public void Rules_speak_of_the_objective_and_its_direction()
    {
        var stopping = new StoppingSpecification(null, 0, false, "median", 10, 3, 2) { Objective = Accuracy };
        var own = new PeerLoss(new TrialId(9), -0.5, -0.5, -0.5);
        PeerLoss[] others = [new(new TrialId(1), -0.9, -0.8, -0.9), new(new TrialId(2), -0.7, -0.6, -0.7)];
        Assert.Equal(
            "median rule at epoch 10: its highest accuracy, 0.5, is below 0.7, the median of 2 other trials' mean accuracy so far",
            StoppingRule.Decide(stopping, 10, own, [own, .. others])!.Reason);
        Assert.Null(StoppingRule.Decide(stopping, 10, own with { Least = -0.71 }, [own, .. others]));
    }

    [Theory]
    [InlineData("0.1 0.5 0.7 0.6 0.6", "early stopping at epoch 7: no accuracy above 0.7 (epoch 3) in 4 epochs")]
    [InlineData("none none none none none", "early stopping at epoch 10: no accuracy above 0.6 (epoch 6) in 4 epochs")] // nothing was best yet when it was interrupted
    public async Task A_trial_that_is_interrupted_remembers_the_metric_of_its_best_epoch(string accuracies, string reason)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        // The first attempt waits after its fifth epoch until it is told to leave; the second goes on from there.
        File.WriteAllText(Path.Combine(_folder, "script"),
            $$"""
            e=1; [ -e $SWEEP_CHECKPOINT/e ] && e=$(cat $SWEEP_CHECKPOINT/e)
            echo "begins at $e"
            set -- {{accuracies}} 0.6 0.6 0.6 0.6 0.6 0.6
            shift $((e - 1))
            for a; do
                if [ $a = none ]; then echo "{\"epoch\": $e, \"training\": 1, \"validation\": 1}"; else echo "{\"epoch\": $e, \"training\": 1, \"validation\": 1, \"accuracy\": $a}"; fi
                e=$((e + 1)); echo $e > $SWEEP_CHECKPOINT/e
                if [ $e = 6 ] && [ ! -e "{{_folder}}/waited" ]; then echo '{"checkpoint": true}'; : > "{{_folder}}/waited"; while :; do sleep 0.02; done; fi
            done
            """);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(
            $"trainer: {{command: [sh, script], directory: {_folder}}}\ntraining: {{epochs: 11}}\nobjective: {{metric: accuracy, direction: maximize}}\nstopping: {{patience: 4}}"));
        using var stop = new CancellationTokenSource();
        var events = Channel.CreateUnbounded<SiloEvent>();
        var running = Silo(ledger, sweep, events: events).RunAsync(stop.Token);
        _ = running.ContinueWith(_ => events.Writer.TryComplete(), TaskScheduler.Default);
        await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: 5 });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!File.Exists(Path.Combine(_folder, "waited"))) await Task.Delay(10, patience.Token); // its checkpoint is written by then
        await stop.CancelAsync();
        await running;

        await Silo(ledger, sweep).RunAsync(CancellationToken.None);

        var trial = Assert.Single(await ledger.Trials.OfSweepAsync(sweep));
        Assert.Equal((2, "patience", reason), (trial.Attempts, trial.StoppedBy, trial.Error));
        Assert.StartsWith("begins at 6\n", (await ledger.Trials.LogAsync(trial.Id))!.Value.Log.Text);
    }

    [Fact]
    public void News_carry_the_metric_and_are_read_without_it()
    {
        var sweep = SweepId.New();
        var with = new TrialNews(sweep, new TrialId(1), 2, 0, TrialState.Running, 3, 0.5, 0.25) { Metric = 0.875 };
        var without = with with { Trial = new TrialId(2), Metric = null };
        Assert.Equal([with, without], NewsText.Write(sweep, [with, without]).SelectMany(text => NewsText.Read(text, sweep).News));
    }

    private async Task<IReadOnlyList<TrialSummary>> RunAsync(Ledger ledger, string script, string more = "", int slots = 2, string values = "[2, 3, 4]")
    {
        File.WriteAllText(Path.Combine(_folder, "script"), script);
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(
            $$"""
            trainer: {command: [sh, script, "{hyperparameters.x}"], directory: {{_folder}}}
            training: {epochs: 8}
            objective: {metric: accuracy, direction: maximize}
            {{more}}
            grid: {hyperparameters.x: {{values}}}
            """));
        Assert.Equal(SiloEnd.SweepDone, await Silo(ledger, sweep, slots).RunAsync(CancellationToken.None));
        return await ledger.Trials.OfSweepAsync(sweep);
    }

    private SiloHost Silo(Ledger ledger, SweepId sweep, int slots = 2, Channel<SiloEvent>? events = null) => new(
        ledger,
        new SiloOptions { Slots = slots, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(50), Grain = GrainOptions.Default with { FlushPeriod = TimeSpan.FromMilliseconds(1), Programs = _programs } },
        NullLoggerFactory.Instance, events?.Writer);
}
