using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Store;
using SweepCluster.Store.Queries;
using SweepCluster.Store.Tests;
using SweepCluster.Training;

namespace SweepCluster.Cluster.Tests.Machines;

/// <summary>What a sweep's results are where nothing goes wrong, and whether a store holds exactly them.</summary>
internal static class Undisturbed
{
    /// <summary>SHA-256 of θ of each configuration in the order of the grid, trained here without store, silo or lease.</summary>
    public static string[] Hashes(Specification specification) =>
        [.. Enumerable.Range(0, (int)specification.ConfigurationCount).AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(i => Hash(specification, i))];

    /// <summary>Every trial has exactly one result, with the bits it must have, and nobody runs any.</summary>
    public static async Task AssertAsync(Ledger ledger, SweepId sweep, Specification specification, string context)
    {
        var trials = await ledger.Trials.OfSweepAsync(sweep);
        var (count, epochs) = (trials.Count, trials.Count * (int)specification.EpochCount / (int)specification.TrialCount);
        Assert.True(trials.All(t => t.State == TrialState.Completed), $"{context}: {string.Join(", ", trials.CountBy(t => t.State))}: {string.Join("; ", trials.Select(t => t.Error).OfType<string>().Distinct())}");
        Assert.Equal(Hashes(specification), trials.Select(t => t.ThetaSha256));
        async Task EqualAsync(long expected, string sql) => Assert.True(expected == await ledger.AskAsync<long>(sql), $"{context}: expected {expected}, found {await ledger.AskAsync<long>(sql)}: {sql}");
        await EqualAsync(0, "select count(*) from trials where state = 'Running'");
        await EqualAsync(0, "select count(*) from attempts where outcome = 'Running'");
        await EqualAsync(count, "select count(*) from attempts where outcome = 'Completed'");
        await EqualAsync(count, "select count(distinct trial) from attempts where outcome = 'Completed'");
        await EqualAsync(0, "select count(*) from attempts a join trials t on t.id = a.trial where a.outcome = 'Completed' and a.term <> t.attempts");
        await EqualAsync(epochs, "select count(*) from losses");
        await EqualAsync(epochs, "select count(distinct (trial, epoch)) from losses");
        await EqualAsync(count, "select count(*) from snapshots where epoch = 0");
        await EqualAsync(count, "select count(*) from ledger.fits");
        await EqualAsync(0, "select count(*) from ledger.checkpoints");
    }

    private static string Hash(Specification specification, int ordinal)
    {
        var plan = TrialPlan.Of(specification.Resolve(specification.ConfigurationAt(ordinal), replicate: 0));
        var session = TrainingSession.Start(plan.Training, DataSet.Create(plan.Data, table: null));
        while (!session.IsFinished) session.RunEpoch();
        return ParameterHash.Sha256(session.Parameters());
    }
}
