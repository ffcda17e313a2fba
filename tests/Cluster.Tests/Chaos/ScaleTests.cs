using SweepCluster.Cluster.Tests.Machines;
using SweepCluster.Store;

namespace SweepCluster.Cluster.Tests.Chaos;

/// <summary>Many trials instead of accidents.</summary>
public sealed class ScaleTests
{
    [LongFact]
    public async Task A_grid_of_14500_trials_is_trained_by_two_silos_to_the_last_trial()
    {
        using var server = new PostgresServer();
        var specification = Sweeps.Tiny(14_500, epochs: 1);
        await using var ledger = await Ledger.OpenAsync(server.NewDatabase());
        using var one = new SiloProcess(ledger.Address, lease: 15);
        using var two = new SiloProcess(ledger.Address, lease: 15);

        var sweep = await ledger.Launch.LaunchAsync(specification);
        await ledger.EndedAsync(sweep, longest: TimeSpan.FromMinutes(30));

        await Undisturbed.AssertAsync(ledger, sweep, specification, one.Said + two.Said);
    }
}
