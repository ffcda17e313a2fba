using System.CommandLine;

namespace SweepCluster.Client.Commands;

/// <summary>sweep db …: the store as whoever operates it sees it.</summary>
internal static class DbCommand
{
    public static Command Create() => new ExampledCommand("db", "Operate a store: migrations, roles, checks, backups", "sweep db check", "sweep db backup --out sweeps.backup")
    {
        DbMigrateCommand.Create(),
        DbRolesCommand.Create(),
        DbCheckCommand.Create(),
        DbBackupCommand.Create(),
        DbRestoreCommand.Create(),
    };
}
