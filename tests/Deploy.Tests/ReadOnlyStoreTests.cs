using SweepCluster.Deploy.Tests.Stores;
using SweepCluster.Store;

namespace SweepCluster.Deploy.Tests;

/// <summary>A store that answers and takes nothing: after a change of servers its address may lead to a copy for a while.</summary>
[Collection(OneSharedServer.Name)]
public sealed class ReadOnlyStoreTests(SharedServer server)
{
    [Fact]
    public async Task A_silo_waits_for_it_to_take_writes_again_and_keeps_its_trial()
    {
        var database = server.NewDatabase();
        await using var ledger = await server.OpenAsync(database);
        await ledger.Launch.LaunchAsync(Sweeps.Endless());
        // A lease that outlives the wait: what is tried is the waiting.
        var silo = server.Start(server.Url(database), ["silo", "--slots", "1", "--lease", "600"]);
        await ledger.BecomesAsync("select count(*) = 1 from trials where epochs > 0");

        Set(database, "SET default_transaction_read_only = on");
        await silo.LineAsync(line => line.Contains("waits for the store: 25006", StringComparison.Ordinal));
        var epochs = await ledger.AskAsync<int>("select max(epochs) from trials");
        Set(database, "RESET default_transaction_read_only");
        await ledger.BecomesAsync($"select count(*) = 1 from trials where epochs > {epochs}");

        silo.Signal(System.Runtime.InteropServices.PosixSignal.SIGTERM);
        Assert.Equal(0, (await silo.EndAsync()).Code);
        Assert.Equal(1, await ledger.AskAsync<long>("select count(*) from attempts"));
    }

    [Fact]
    public async Task A_launch_says_that_the_store_can_only_be_read()
    {
        var database = server.NewDatabase();
        await using (await server.OpenAsync(database)) { }
        Set(database, "SET default_transaction_read_only = on");
        var result = await server.RunAsync(server.Url(database), "launch", Path.Combine(Checkout.Root, "examples/l2.yaml"));
        Assert.Equal(3, result.Code);
        Assert.Contains("can only be read (cannot execute INSERT in a read-only transaction): it is a copy, or somebody set default_transaction_read_only; name the server that takes writes", result.Error);
    }

    // Of new sessions alone, so that those of the silo begin anew.
    private void Set(string database, string what) => server.Execute(
        "postgres", $"ALTER DATABASE {database} {what}", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND usename <> 'tester'");
}
