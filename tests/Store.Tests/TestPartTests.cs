using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Programs;
using SweepCluster.Grains.Testing;
using SweepCluster.Programs.Arrays;
using SweepCluster.Silo;
using SweepCluster.Store.Leases;
using SweepCluster.Store.Testing;
using SweepCluster.Training;

namespace SweepCluster.Store.Tests;

/// <summary>The test part is looked at once, by the selected configuration.</summary>
public sealed class TestPartTests
{
    private const string Yaml =
        """
        seed: 7
        replicates: 2
        data: {points: 200, a: 1.2, b: 0.8, c: 0, split: {train: 0.6, validation: 0.2, test: 0.2}}
        model: {stem: 8, hidden: [8, 8]}
        training: {epochs: 12, batch: 16, learning_rate: 1e-2}
        grid:
          regularization.l2: [1, 0, 10]
        """;

    [Fact]
    public async Task The_best_configuration_alone_is_looked_at_on_the_test_part()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (sweep, specification) = await TrainAsync(ledger, Yaml);

        Assert.Equal((1L, 1L), (await ledger.AskAsync<long>("select selected from sweeps"), await ledger.AskAsync<long>("select count(*) from sweeps where selected_at >= finished_at")));
        Assert.Equal("1/0,1/1", await ledger.AskAsync<string>("select string_agg(ordinal || '/' || replicate, ',' order by ordinal, replicate) from trials where test_loss is not null and tested_at is not null"));
        Assert.Equal(80, await ledger.AskAsync<long>("select count(*) from fits where part = 'test'"));
        Assert.Equal(80, await ledger.AskAsync<long>("select count(*) from fits f join trials t on t.id = f.trial where f.part = 'test' and t.ordinal = 1 and f.prediction <> 'NaN'"));
        Assert.Equal(960, await ledger.AskAsync<long>("select count(*) from fits where part <> 'test'"));

        // What was stored is what the trained session says itself.
        foreach (var trial in (await ledger.Trials.OfSweepAsync(sweep)).Where(trial => trial.Ordinal == 1))
        {
            var plan = TrialPlan.Of(specification.Resolve(specification.ConfigurationAt(1), trial.Replicate));
            var session = TrainingSession.Start(plan.Training, DataSet.Create(plan.Data, table: null));
            while (!session.IsFinished) session.RunEpoch();
            Assert.Equal(session.EvaluateTest(), trial.TestLoss);
            Assert.Equal(session.Predict(), await ledger.AskAsync<float[]>($"select array_agg(prediction order by row) from fits where trial = {trial.Id}"));
        }
    }

    [Fact]
    public async Task A_second_look_is_refused()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (sweep, _) = await TrainAsync(ledger, Yaml);
        const string All = "select md5(string_agg(t::text, ' ' order by id)) from trials t";
        var before = await ledger.AskAsync<string>(All);

        Assert.Empty(await ledger.Tests.DueAsync());
        var trial = (await ledger.Trials.OfSweepAsync(sweep))[0];
        Assert.False(await ledger.Tests.RecordAsync(sweep, 0, [new TestedTrial(trial.Id, 0.5, new Fit("", [], null))]));
        await new TestEvaluation(ledger, new DataSets(ledger), GrainOptions.Default, NullLogger.Instance).RunAsync(sweep, CancellationToken.None);
        await Silo(ledger, sweep).RunAsync(CancellationToken.None);

        Assert.Equal(before, await ledger.AskAsync<string>(All));
        Assert.Equal(1, await ledger.AskAsync<long>("select selected from sweeps"));
    }

    [Fact]
    public async Task Nothing_is_looked_at_while_a_trial_is_open_or_when_the_sweep_was_cancelled()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var sweep = await ledger.Launch.LaunchAsync(Sample.Read(Yaml));
        var silo = await ledger.JoinAsync();
        var lease = await ledger.ClaimOneAsync(silo);
        await ledger.Results.EndAsync(lease, Sample.Epochs(1), new Ending.Completed(new string('0', 64), null));
        await ledger.Leases.RescueAsync(Sample.Lease);
        Assert.Empty(await ledger.Tests.DueAsync());

        await ledger.Control.CancelAsync(sweep);
        await ledger.Leases.RescueAsync(Sample.Lease);
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from ledger.sweeps where closed_at is not null"));
        Assert.Empty(await ledger.Tests.DueAsync());
        Assert.Equal(0, await ledger.AskAsync<long>("select count(*) from trials where test_loss is not null"));
    }

    [Fact]
    public async Task A_sweep_of_another_version_is_left_to_who_understands_it()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (sweep, _) = await TrainAsync(ledger, Yaml);
        await ledger.AskAsync<string>("update ledger.sweeps set selected = null, selected_at = null, specification = jsonb_set(specification::jsonb, '{regularization,applies_to}', '\"nobody\"')::json returning id");
        Assert.Equal([sweep], await ledger.Tests.DueAsync());

        await new TestEvaluation(ledger, new DataSets(ledger), GrainOptions.Default, NullLogger.Instance).RunAsync(null, CancellationToken.None);

        Assert.Equal([sweep], await ledger.Tests.DueAsync());
    }

    [Fact]
    public void Fits_of_a_program_that_differ_in_a_part_are_of_different_data()
    {
        var train = ProgramFit.Of(new FitFile(1, [1, 2], [3, 4], ["train", "validation"], [3, 4], null));
        var test = ProgramFit.Of(new FitFile(1, [1, 2], [3, 4], ["test", "validation"], [3, 4], null));

        Assert.NotEqual(train.Data.Sha256, test.Data.Sha256);
    }

    [Fact]
    public async Task A_sweep_that_travels_was_tested_already()
    {
        await using var ledger = await TestServer.NewLedgerAsync();
        var (sweep, _) = await TrainAsync(ledger, Yaml);
        using var file = new MemoryStream();
        await ledger.Archive.ExportAsync(sweep, file);

        await using var other = await TestServer.NewLedgerAsync();
        await other.Archive.ImportAsync(file, theta => ParameterHash.Sha256(theta));

        const string Left = "select md5(string_agg(t::text, ' ')) from (select t.ordinal, t.replicate, test_loss, tested_at, s.selected, s.selected_at, (select array_agg(prediction order by row) from fits f where f.trial = t.id) from trials t join sweeps s on s.id = t.sweep order by 1, 2) t";
        Assert.Equal(await ledger.AskAsync<string>(Left), await other.AskAsync<string>(Left));
        Assert.Empty(await other.Tests.DueAsync());
    }

    [Fact]
    public void The_lowest_mean_is_selected_and_of_equals_the_first()
    {
        Assert.Equal(4, TestSelection.Of([new(3, 0, 0.1), new(3, 1, 0.5), new(4, 0, 0.2), new(4, 1, 0.2), new(5, 0, double.NaN), new(6, 0, 0.2), new(7, 0, double.PositiveInfinity)]));
        // One that lacks a replicate had more luck to choose from.
        Assert.Equal(4, TestSelection.Of([new(3, 0, 0.01), new(3, 1, double.NaN), new(4, 0, 0.2), new(4, 1, 0.3)]));
        Assert.Null(TestSelection.Of([new(5, 0, double.NaN)]));
        Assert.Null(TestSelection.Of([]));
    }

    private static async Task<(SweepId Sweep, Specification Specification)> TrainAsync(Ledger ledger, string yaml)
    {
        var specification = Sample.Read(yaml);
        var sweep = await ledger.Launch.LaunchAsync(specification);
        Assert.Equal(SiloEnd.SweepDone, await Silo(ledger, sweep).RunAsync(CancellationToken.None));
        return (sweep, specification);
    }

    private static SiloHost Silo(Ledger ledger, SweepId sweep) =>
        new(ledger, new SiloOptions { Slots = 2, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(50), Grain = GrainOptions.Default }, NullLoggerFactory.Instance);
}
