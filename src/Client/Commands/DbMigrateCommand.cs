using System.CommandLine;
using SweepCluster.Store;

namespace SweepCluster.Client.Commands;

/// <summary>sweep db migrate: brings a store to this program's version, as its owner.</summary>
internal static class DbMigrateCommand
{
    public static Command Create()
    {
        var store = StoreSession.Option();
        var command = new ExampledCommand("migrate", "Bring the store to this program's version; silos of the version before go on working", "sweep db migrate") { store };
        command.SetAction((parsed, cancel) => StoreSession.ReachAsync(parsed.GetValue(store), address => RunAsync(address, cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreAddress address, CancellationToken cancel)
    {
        var made = await Ledger.MigrateAsync(address, cancel);
        foreach (var migration in made) Console.Out.WriteLine(migration);
        await Console.Error.WriteLineAsync(made.Count == 0
            ? $"sweep: {address} has this program's version already"
            : $"sweep: {address}: {Numbers.Count(made.Count, "migration")} made");
        return ExitCode.Done;
    }
}
