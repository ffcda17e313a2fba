using SweepCluster.Contracts;
using SweepCluster.Store.Leases;

namespace SweepCluster.Reports.Tests;

/// <summary>Replicates and data seeds with chosen predictions, through a real store.</summary>
public sealed class SweepDiagnosisTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task The_parts_of_stored_predictions_are_told_apart()
    {
        var specification = SweepFile.Parse(
            "name: scatter\nreplicates: 2\ndata: {points: 10, a: 1, b: 1, c: 0}\ntraining: {epochs: 1, batch: 2}\ngrid: {regularization.l2: [0, 1], data.seed: [1, 2]}").Specification!;
        var id = await store.Ledger.Launch.LaunchAsync(specification);
        var silo = SiloId.New();
        await store.Ledger.Silos.JoinAsync(new SiloCard(silo, "test", null, Environment.ProcessId, "built-in", 1, TimeSpan.FromMinutes(5)));
        foreach (var claim in await store.Ledger.Leases.ClaimAsync(silo, 8, TimeSpan.FromMinutes(5), id))
        {
            // Ordinals are (λ, seed) = 0: (0, 1), 1: (0, 2), 2: (1, 1), 3: (1, 2). Targets are 0; f = 1 + λ ± ½ by replicate, + 0.2 for the second seed.
            var seed = claim.Ordinal % 2;
            var f = (float)(1 + (claim.Ordinal / 2) + (claim.Replicate == 0 ? -0.5 : 0.5) + (0.2 * seed));
            var data = new DataRows(new string((char)('a' + seed), 64), 1, [.. Enumerable.Range(0, 10).Select(i => (float)i)], new float[10], [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? "train" : "validation")], 0.25);
            await store.Ledger.Results.KeepDataAsync(data);
            await store.Ledger.Results.EndAsync(claim.Lease, new Progress([new EpochLosses(1, f * f, f * f)], [], null, 0.1), new Ending.Completed(new string('0', 64), new Fit(data.Sha256, [.. Enumerable.Repeat(f, 10)], null)));
        }

        var diagnosis = (await SweepDiagnosis.ReadAsync(store.Ledger.Source, id.Value, CancellationToken.None))!;

        Assert.Equal((0.25, "known exactly"), (diagnosis.Irreducible, diagnosis.Source));
        Assert.Equal([0L, 1, 2, 3], diagnosis.Configurations.Select(one => one.Ordinal));
        Assert.All(diagnosis.Configurations, one => Assert.Equal(Ailment.Bias, one.Diagnosis.Ailment));
        foreach (var one in diagnosis.Configurations)
        {
            var parts = one.Decomposition!;
            // var(−½, ½) = ½ over replicates; means 1 and 1.2 have variance 0.02, less ½ / 2 of the replicates.
            Assert.Equal((2, 2), (parts.Replicates, parts.DataSets));
            Assert.Equal(0.5, parts.SeedVariance, 1e-6);
            Assert.Equal(0.02 - 0.25, parts.DataVariance!.Value, 1e-6);
            var level = 1 + (one.Ordinal / 2);
            var error = new[] { -0.5, 0.5, -0.3, 0.7 }.Average(step => (level + step) * (level + step));
            Assert.Equal(error, parts.Noise + parts.BiasSquared + parts.DataVariance.Value + parts.SeedVariance, 1e-5);
        }
    }
}
