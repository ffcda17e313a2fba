using System.Text.Json;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Reports.Figures;
using SweepCluster.Store;
using SweepCluster.Store.Embedded;
using SweepCluster.Store.Leases;

namespace SweepCluster.Reports.Tests;

/// <summary>A private PostgreSQL with a migrated store, and the read-only role that reports are written under.</summary>
public sealed class StoreFixture : IAsyncLifetime
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(10);

    private readonly string _home = Path.Combine(Path.GetTempPath(), "sweep-reports-" + Guid.NewGuid().ToString("N")[..8]);
    private PrivatePostgres _postgres = null!;

    public Ledger Ledger { get; private set; } = null!;

    public NpgsqlDataSource Reader { get; private set; } = null!;

    /// <summary>Who reads, for connections of one's own.</summary>
    public StoreAddress ReaderAddress => _postgres.Reader;

    public async Task InitializeAsync()
    {
        _postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment() with { Home = _home });
        Ledger = await Ledger.OpenAsync(_postgres.Owner);
        Reader = NpgsqlDataSource.Create(_postgres.Reader.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await Reader.DisposeAsync();
        await Ledger.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    /// <summary>Launches a sweep and lets each of its trials end as asked.</summary>
    /// <param name="end">From ordinal and replicate; null leaves the trial running.</param>
    internal async Task<SweepId> SweepAsync(string yaml, Func<Claim, TrialResult, Ending?> end)
    {
        var specification = SweepFile.Parse(yaml).Specification ?? throw new FormatException(yaml);
        var id = await Ledger.Launch.LaunchAsync(specification);
        var silo = SiloId.New();
        await Ledger.Silos.JoinAsync(new SiloCard(silo, "test", null, Environment.ProcessId, "built-in", 1, LeaseTime));
        var model = SyntheticSweep.OfL2();
        var data = DataOf(model.BestResult!.Fit);
        await Ledger.Results.KeepDataAsync(data);
        foreach (var claim in await Ledger.Leases.ClaimAsync(silo, (int)specification.TrialCount, LeaseTime, only: id))
        {
            var result = model.Slices[0].Members[(int)claim.Ordinal % 8].Result;
            var epochs = result.Losses.Epoch.Select((epoch, i) => new EpochLosses(epoch, result.Losses.Training[i], result.Losses.Validation[i])).ToArray();
            var snapshots = new[] { new Snapshot(0, Parameters(0, claim)), new Snapshot(20, Parameters((claim.Ordinal + 1) / 9f, claim)) };
            await Ledger.Results.RecordAsync(claim.Lease, new Progress(epochs, snapshots, null, 1.5));
            if (end(claim, result) is { } ending)
                await Ledger.Results.EndAsync(claim.Lease, Progress.None, ending);
        }

        return id;
    }

    internal static Ending Complete(Claim claim, TrialResult result) => new Ending.Completed(
        new string((char)('a' + (claim.Ordinal % 6)), 64),
        new Fit(DataOf(result.Fit).Sha256, Array.ConvertAll(result.Fit.Prediction, y => (float)y), null));

    private static float[] Parameters(float strength, Claim claim) =>
        [.. Noise.Floats(300, -0.125f, 0.125f, 300).Select((theta, i) => theta * (1 - strength) * (1 + (0.01f * (i % 7) * claim.Ordinal)))];

    private static DataRows DataOf(Rows.Fit fit) => new(
        new string('d', 64), 1, Array.ConvertAll(fit.X, x => (float)x), Array.ConvertAll(fit.Target, y => (float)y), fit.Part, 0.0005);
}
