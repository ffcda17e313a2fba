using System.CommandLine;
using SweepCluster.Store.Administration;

namespace SweepCluster.Client.Commands;

/// <summary>sweep db roles: makes the roles of a shared store and grants them what each may do, no more.</summary>
internal static class DbRolesCommand
{
    public static Command Create()
    {
        var store = StoreSession.Option();
        var command = new ExampledCommand("roles", $"Make the roles {StoreRoles.Silo} (reads and writes rows) and {StoreRoles.Reader} (reads the views), and grant them no more than that", "sweep db roles") { store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), session => RunAsync(session, cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, CancellationToken cancel)
    {
        var made = await StoreRoles.EnsureAsync(session.Ledger, cancel);
        foreach (var role in (string[])[StoreRoles.Silo, StoreRoles.Reader])
            Console.Out.WriteLine($"{role}  {(made.Contains(role) ? "made" : "was there")}, granted");
        await Console.Error.WriteLineAsync($"sweep: a silo's login is made with: CREATE ROLE name LOGIN IN ROLE {StoreRoles.Silo}; in psql, \\password name keeps its password out of files");
        return ExitCode.Done;
    }
}
