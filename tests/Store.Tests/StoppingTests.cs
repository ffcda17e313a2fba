using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Stopping;
using SweepCluster.Silo;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Queries;

namespace SweepCluster.Store.Tests;

public sealed class StoppingTests
{
    private static readonly StoppingSpecification Early = StoppingSpecification.None with { Patience = 3, MinChange = 0.1 };
    private static readonly StoppingSpecification Median = StoppingSpecification.None with { Rule = "median", Grace = 10, Fewest = 3 };
    private static readonly StoppingSpecification Asha = StoppingSpecification.None with { Rule = "asha", Grace = 2, Factor = 3 };

    private const string Yaml =
        """
        seed: 7
        data: {kind: oscillation, points: 200, split: {train: 0.6, validation: 0.2, test: 0.2}}
        model: {stem: 8, hidden: [8, 8]}
        training: {epochs: 40, batch: 16, learning_rate: 1e-2}
        snapshots: {every: 7}
        """;

    [Fact]
    public void Patience_ends_when_nothing_lower_by_the_least_change_has_come()
    {
        double[] losses = [5, 4, 3.95, 3.91, 3.8, 3.75, 3.71, 3.7000001];
        var early = EarlyStopping.Begin;
        for (var epoch = 1; epoch <= losses.Length; epoch++)
        {
            early = early.After(new EpochLosses(epoch, 1, losses[epoch - 1]), Early);
            Assert.Equal(epoch < 5 ? Math.Min(epoch, 2) : 5, early.Best!.Value.Epoch);
            Assert.Equal(epoch == 8, early.At(epoch, Early) is not null);
        }

        Assert.Equal(new Stopped("patience", "early stopping at epoch 8: no validation loss below 3.80e0 (epoch 5) in 3 epochs"), early.At(8, Early));
        Assert.Null(early.At(100, StoppingSpecification.None with { RestoreBest = true }));
    }

    [Fact]
    public void The_median_rule_stops_what_was_never_better_than_half_of_the_others_on_average()
    {
        var others = Peers(0.5, 0.1, 0.4, 0.2);
        Assert.Null(StoppingRule.Decide(Median, 10, Own(0.3), [Own(0.3), .. others]));
        Assert.Equal(
            "median rule at epoch 10: its lowest validation loss, 3.10e-1, is above 3.00e-1, the median of 4 other trials' mean losses so far",
            StoppingRule.Decide(Median, 10, Own(0.31), [.. others, Own(0.31)])!.Reason);
        Assert.Null(StoppingRule.Decide(Median, 10, Own(9), [Own(9), .. others[..2]]));
        Assert.Equal([10, 20, 30], Enumerable.Range(1, 40).Where(epoch => StoppingRule.Asks(Median, epoch, 40)));
    }

    [Fact]
    public void Successive_halving_lets_the_best_share_of_those_at_a_rung_go_on()
    {
        Assert.Equal([2, 6, 18], Enumerable.Range(1, 50).Where(epoch => StoppingRule.Asks(Asha, epoch, 50)));
        Assert.Equal([2, 6], Enumerable.Range(1, 18).Where(epoch => StoppingRule.Asks(Asha, epoch, 18)));
        Assert.Null(StoppingRule.Decide(Asha, 2, Own(9), [Own(9), .. Peers(1)]));
        Assert.Null(StoppingRule.Decide(Asha, 2, Own(1), [Own(1), .. Peers(2, 3)]));
        Assert.Equal(
            "successive halving at epoch 2: its validation loss, 2.50e0, is number 3 of 7 trials at this rung, and the best 2 go on",
            StoppingRule.Decide(Asha, 2, Own(2.5), [Own(2.5), .. Peers(1, 2, 3, 4, 5, 6)])!.Reason);
        Assert.Null(StoppingRule.Decide(Asha, 2, Own(2), [Own(2), .. Peers(1, 2, 3, 4, 5)])); // ties go on
    }

    [Fact]
    public void A_sweep_without_a_rule_asks_nothing() =>
        Assert.DoesNotContain(Enumerable.Range(1, 100), epoch => StoppingRule.Asks(StoppingSpecification.None, epoch, 100));

    /// <summary>
    /// Stored curves of examples/l2-and-dropout.yaml (108 trials of 50 epochs) replayed through the rules on 8 slots: an epoch a
    /// tick, a freed slot takes the next trial.
    /// </summary>
    [Theory]
    [InlineData("asha", 0.60, 1.10)]
    [InlineData("median", 0.20, 1.02)]
    [InlineData("patience", 0.10, 1.02)]
    public void On_stored_curves_a_rule_saves_epochs_and_keeps_a_good_trial(string rule, double leastSaved, double worstRatio)
    {
        var curves = StoredCurves();
        var stopping = rule == "patience"
            ? StoppingSpecification.None with { Patience = 10 }
            : StoppingSpecification.None with { Rule = rule, Grace = 5, Factor = 3, Fewest = 5 };
        var (epochs, best) = Replay(curves, stopping, slots: 8);
        var saved = 1 - (epochs / (double)curves.Sum(curve => curve.Length));
        var ratio = best / curves.Min(curve => curve[^1]);
        Assert.True(saved >= leastSaved && ratio <= worstRatio, $"{rule} saved {saved:P0} of the epochs and found {ratio:0.000} times the best final loss");
    }

    [Fact]
    public void Without_a_rule_the_replay_trains_everything()
    {
        var curves = StoredCurves();
        Assert.Equal((curves.Sum(curve => curve.Length), curves.Min(curve => curve[^1])), Replay(curves, StoppingSpecification.None, slots: 8));
    }

    [Fact]
    public async Task A_trial_out_of_patience_is_Stopped_with_its_rule_epoch_and_last_parameters()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var trial = Assert.Single(await TrainAsync(ledger, Yaml + "\nstopping: {patience: 2, min_change: 0.01}"));
        Assert.Equal((TrialState.Stopped, "patience", (int?)null), (trial.State, trial.StoppedBy, trial.ThetaEpoch));
        Assert.InRange(trial.Epochs, 3, 39);
        Assert.StartsWith($"early stopping at epoch {trial.Epochs}: no validation loss below ", trial.Error);
        Assert.Equal(trial.Epochs, await ledger.AskAsync<long>("select count(*) from losses"));
        Assert.Equal(trial.Epochs, await ledger.AskAsync<int>("select max(epoch) from snapshots"));
        Assert.Equal(200, await ledger.AskAsync<long>("select count(*) from fits"));
        Assert.Equal("Stopped", await ledger.AskAsync<string>("select outcome from attempts"));
        Assert.Equal(SweepState.Completed, (await ledger.Sweeps.GetAsync(trial.Sweep))!.State);

        // The same θ as a trial that was never meant to go further.
        var whole = Assert.Single(await TrainAsync(ledger, Yaml.Replace("epochs: 40", $"epochs: {trial.Epochs}")));
        Assert.Equal((TrialState.Completed, whole.ThetaSha256), (whole.State, trial.ThetaSha256));
    }

    [Fact]
    public async Task Restoring_the_best_ends_with_the_parameters_losses_and_fit_of_that_epoch()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var trial = Assert.Single(await TrainAsync(ledger, Yaml.Replace("learning_rate: 1e-2", "learning_rate: 3e-2") + "\nstopping: {patience: 6, restore_best: on}"));
        var best = trial.ThetaEpoch!.Value;
        Assert.Equal((TrialState.Stopped, trial.Epochs), (trial.State, best + 6));
        Assert.Equal(trial.BestValidationLoss, trial.ValidationLoss);
        Assert.Equal(best, await ledger.AskAsync<int>("select max(epoch) from snapshots"));

        var whole = Assert.Single(await TrainAsync(ledger, Yaml.Replace("learning_rate: 1e-2", "learning_rate: 3e-2").Replace("epochs: 40", $"epochs: {best}")));
        Assert.Equal((whole.ThetaSha256, whole.ValidationLoss, whole.TrainingLoss, whole.TestLoss), (trial.ThetaSha256, trial.ValidationLoss, trial.TrainingLoss, trial.TestLoss));
        Assert.Equal(0, await ledger.AskAsync<long>($"select count(*) from fits a join fits b on b.row = a.row and b.trial = {whole.Id} where a.trial = {trial.Id} and a.prediction <> b.prediction"));
    }

    [Fact]
    public async Task A_trial_that_is_interrupted_remembers_its_best_epoch()
    {
        var yaml = Yaml.Replace("epochs: 40", "epochs: 40000").Replace("learning_rate: 1e-2", "learning_rate: 5e-2").Replace("every: 7", "every: 10000") + "\nstopping: {patience: 15000, restore_best: on}";
        await using var ledger = await TestServer.NewLedgerAsync();
        var undisturbed = Assert.Single(await TrainAsync(ledger, yaml));

        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(yaml));
        foreach (var stopAfter in (int[])[100, 900])
        {
            using var stop = new CancellationTokenSource();
            var events = Channel.CreateUnbounded<SiloEvent>();
            var running = Silo(ledger, sweep, events).RunAsync(stop.Token);
            _ = running.ContinueWith(_ => events.Writer.TryComplete(), TaskScheduler.Default);
            await events.Reader.ReadAllAsync().TakeUntilAsync(e => e is EpochTrained { Losses.Epoch: var epoch } && epoch >= stopAfter);
            await stop.CancelAsync();
            await running;
        }

        await Silo(ledger, sweep).RunAsync(CancellationToken.None);
        var interrupted = Assert.Single(await ledger.Trials.OfSweepAsync(sweep));
        Assert.True(interrupted.Attempts > 1);
        Assert.Equal(
            (undisturbed.State, undisturbed.Epochs, undisturbed.ThetaEpoch, undisturbed.ThetaSha256, undisturbed.Error),
            (interrupted.State, interrupted.Epochs, interrupted.ThetaEpoch, interrupted.ThetaSha256, interrupted.Error));
    }

    [Theory]
    [InlineData("median", "{rule: median, grace: 4, fewest: 2}")]
    [InlineData("asha", "{rule: asha, grace: 4, factor: 2}")]
    public async Task Trials_that_compare_badly_stop_and_the_best_goes_to_its_end(string rule, string stopping)
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var trials = await TrainAsync(ledger, $"{Yaml}\nstopping: {stopping}\ngrid: {{regularization.l2: [0, 1e-5, 1, 10, 30, 100]}}");
        var stopped = trials.Where(trial => trial.State == TrialState.Stopped).ToList();
        Assert.NotEmpty(stopped);
        Assert.All(stopped, trial => Assert.Equal((rule, 0), (trial.StoppedBy, trial.Epochs % 4)));
        Assert.All(stopped, trial => Assert.Contains($" at epoch {trial.Epochs}: ", trial.Error));
        var best = trials.MinBy(trial => trial.ValidationLoss)!;
        Assert.Equal((TrialState.Completed, 40), (best.State, best.Epochs));
        Assert.Equal(trials.Sum(trial => trial.Epochs), await ledger.AskAsync<long>("select count(*) from losses"));
    }

    [Fact]
    public async Task Monte_Carlo_passes_are_stored_with_mean_and_spread_beside_the_whole_networks_prediction()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var trials = await TrainAsync(ledger, Yaml + "\nregularization: {dropout: {passes: 30}}\ngrid: {regularization.dropout.p: [0, 0.2]}");
        Assert.Equal(160, await ledger.AskAsync<long>($"select count(*) from fits where trial = {trials[0].Id} and part <> 'test' and spread is null and mean is null"));
        Assert.Equal(160, await ledger.AskAsync<long>($"select count(*) from fits where trial = {trials[1].Id} and part <> 'test' and spread > 0 and mean <> prediction"));
        // The mean of 30 passes stays within a few standard errors of the whole network's answer, which it stands for.
        Assert.InRange(await ledger.AskAsync<double>($"select avg(abs(mean - prediction) / spread) from fits where trial = {trials[1].Id}"), 0, 1);
    }

    private static async Task<IReadOnlyList<TrialSummary>> TrainAsync(Ledger ledger, string yaml)
    {
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(yaml));
        Assert.Equal(SiloEnd.SweepDone, await Silo(ledger, sweep).RunAsync(CancellationToken.None));
        return await ledger.Trials.OfSweepAsync(sweep);
    }

    private static SiloHost Silo(Ledger ledger, SweepId sweep, Channel<SiloEvent>? events = null) => new(
        ledger,
        new SiloOptions { Slots = 2, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(50), Grain = GrainOptions.Default with { FlushPeriod = TimeSpan.FromMilliseconds(1) } },
        NullLoggerFactory.Instance, events?.Writer);

    private static PeerLoss Own(double loss) => new(new TrialId(99), loss, loss, loss);

    private static PeerLoss[] Peers(params double[] losses) => [.. losses.Select((loss, i) => new PeerLoss(new TrialId(i), loss, loss, loss))];

    private static double[][] StoredCurves()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "SweepCluster.sln"))) root = Path.GetDirectoryName(root)!;
        return [.. File.ReadLines(Path.Combine(root, "tests", "Store.Tests", "l2-and-dropout.validation-losses.csv"))
            .Select(line => line.Split(',').Select(loss => double.Parse(loss, CultureInfo.InvariantCulture)).ToArray())];
    }

    /// <returns>Epochs trained in all, and the lowest validation loss that a trial which went to its end or was stopped ended with.</returns>
    private static (int Epochs, double Best) Replay(double[][] curves, StoppingSpecification stopping, int slots)
    {
        var at = new int[curves.Length]; // epochs each has recorded
        var early = new EarlyStopping[curves.Length];
        var (next, epochs, best) = (0, 0, double.MaxValue);
        var running = new List<int>();
        while (next < curves.Length || running.Count > 0)
        {
            while (running.Count < slots && next < curves.Length)
            {
                early[next] = EarlyStopping.Begin;
                running.Add(next++);
            }

            foreach (var trial in running.ToArray())
            {
                var epoch = ++at[trial];
                epochs++;
                early[trial] = early[trial].After(new EpochLosses(epoch, 0, curves[trial][epoch - 1]), stopping);
                var stopped = early[trial].At(epoch, stopping);
                if (StoppingRule.Asks(stopping, epoch, curves[trial].Length))
                    stopped ??= StoppingRule.Decide(stopping, epoch, Peer(trial, epoch), [.. Enumerable.Range(0, next).Where(other => at[other] >= epoch).Select(other => Peer(other, epoch))]);
                if (stopped is null && epoch < curves[trial].Length) continue;
                best = Math.Min(best, curves[trial][epoch - 1]);
                running.Remove(trial);
            }
        }

        return (epochs, best);

        PeerLoss Peer(int trial, int epoch) => new(new TrialId(trial), curves[trial][epoch - 1], curves[trial].Take(epoch).Average(), curves[trial].Take(epoch).Min());
    }
}
