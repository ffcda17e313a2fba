using System.CommandLine;
using Npgsql;
using SweepCluster.Client.Backup;
using SweepCluster.Store;
using SweepCluster.Store.Administration;

namespace SweepCluster.Client.Commands;

/// <summary>sweep db restore: a backup into an empty database, ready for silos to go on from its checkpoints.</summary>
internal static class DbRestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "What `sweep db backup` wrote" };
        var store = StoreSession.Option();
        var command = new ExampledCommand("restore", "Put a backup into an empty database; silos go on from its checkpoints", "sweep db restore sweeps.backup --store file:/etc/sweep/new-store") { file, store };
        command.SetAction((parsed, cancel) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            if (!File.Exists(path)) throw new UserMistake($"no file {path}; name what `{CommandName.Text} db backup` wrote");
            return StoreSession.ReachAsync(parsed.GetValue(store), address => RunAsync(address, path, cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreAddress address, string path, CancellationToken cancel)
    {
        var standing = await StoreStanding.ReadAsync(address, cancel);
        if (standing.Schema.HasAny)
            throw new UserMistake($"{address} holds a store already, and a restore replaces nothing: name an empty database with --store (createdb makes one)");
        // All of it or nothing: what fails halfway leaves the database as empty as it was.
        var database = new NpgsqlConnectionStringBuilder(address.ConnectionString).Database;
        await PostgresTool.RunAsync("pg_restore", address, [$"--dbname={database}", "--no-owner", "--no-privileges", "--no-password", "--exit-on-error", "--single-transaction", path], cancel);
        await using var ledger = await Ledger.OpenAsync(address, cancel);
        var freed = await Restoration.EndAttemptsAsync(ledger, cancel);
        await StoreRoles.RenewAsync(ledger, cancel);
        await Console.Error.WriteLineAsync($"sweep: {address} holds what {Path.GetFileName(path)} held; {Numbers.Count(freed, "trial")} that ran at that moment {(freed == 1 ? "waits" : "wait")} to be resumed");
        return ExitCode.Done;
    }
}
