using SweepCluster.Cluster.Tests.Conformance;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;
using SweepCluster.Silo;
using SweepCluster.Store;
using SweepCluster.Store.Tests;
using SweepCluster.Training;

namespace SweepCluster.Cluster.Tests.Sharing;

/// <summary>Silos that train with different things on one store.</summary>
public sealed class TrainerTests
{
    [Fact]
    public async Task A_sweep_waits_for_a_silo_that_has_its_trainer_and_keeps_nobody_from_other_work()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        var special = await ledger.Launch.LaunchAsync(Of("torchsharp"));
        await using var without = await LiveSilo.StartAsync(address, Engine);
        await ledger.BecomesAsync("select count(*) = 1 from attempts where outcome = 'Released'");
        await ledger.EndedAsync(await ledger.Launch.LaunchAsync(Of("simd")));
        Assert.Equal(3, await ledger.AskAsync<long>($"select count(*) from trials where sweep = '{special}' and state = 'Pending'"));

        var grain = LiveSilo.Options.Grain with { Trainers = [SimdTrainer.Instance, new Stand("torchsharp")] };
        await using var with = await LiveSilo.StartAsync(address, Engine, LiveSilo.Options with { Grain = grain });
        await ledger.EndedAsync(special);

        Assert.Equal(3, await ledger.AskAsync<long>($"select count(*) from attempts where outcome = 'Completed' and silo = '{with.Host.Id}'"));
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from attempts where outcome = 'Released'"));
    }

    [Fact]
    public async Task A_silo_for_one_sweep_alone_fails_what_it_cannot_train_and_says_why()
    {
        var address = await TestServer.NewDatabaseAsync();
        await using var ledger = await Ledger.OpenAsync(address);
        var sweep = await ledger.Launch.LaunchAsync(Of("torchsharp"));
        await using var alone = await LiveSilo.StartAsync(address, Engine, LiveSilo.Options with { UntilSweepDone = sweep });

        Assert.Equal(SiloEnd.SweepDone, await alone.Running);

        Assert.Contains("training.trainer: this silo trains with simd, found 'torchsharp'", await ledger.AskAsync<string>("select min(error) from trials where state = 'Failed'"));
    }

    private static Task<IEngine> Engine(Ledger ledger) => Task.FromResult<IEngine>(new BuiltInEngine(ledger));

    private static Specification Of(string trainer) => Sample.Read(
        $$"""
        name: {{trainer}}
        seed: 7
        data: {kind: oscillation, points: 100}
        model: {stem: 4, hidden: [4]}
        training: {epochs: 3, trainer: {{trainer}}}
        grid: {regularization.l2: [0, 1, 2]}
        """);

    private sealed class Stand(string name) : ITrainer
    {
        public string Name => name;

        public ITrainingSession Start(TrainingPlan plan, DataSet data) => SimdTrainer.Instance.Start(plan, data);

        public ITrainingSession Resume(TrainingPlan plan, DataSet data, ReadOnlySpan<byte> checkpoint) => SimdTrainer.Instance.Resume(plan, data, checkpoint);
    }
}
