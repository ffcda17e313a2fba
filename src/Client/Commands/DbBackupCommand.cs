using System.CommandLine;
using SweepCluster.Client.Backup;
using SweepCluster.Store;

namespace SweepCluster.Client.Commands;

/// <summary>sweep db backup: the whole store in one file, as it was at one moment, while sweeps go on.</summary>
internal static class DbBackupCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out") { Description = "File to write; it appears when it is whole, readable by you alone", HelpName = "FILE", Required = true };
        var store = StoreSession.Option();
        var command = new ExampledCommand("backup", "Write the whole store to a file (pg_dump), as it is at this moment; sweeps go on meanwhile", "sweep db backup --out sweeps.backup") { file, store };
        command.SetAction((parsed, cancel) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            if (Directory.Exists(path)) throw new UserMistake($"{path} is a directory; name a file");
            if (!Directory.Exists(Path.GetDirectoryName(path))) throw new UserMistake($"{Path.GetDirectoryName(path)} is no directory; create it, or name another file");
            return StoreSession.ReachAsync(parsed.GetValue(store), address => RunAsync(address, path, cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreAddress address, string path, CancellationToken cancel)
    {
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        try
        {
            await using (new FileStream(partial, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                // pg_dump keeps the rights of a file that is there.
            }
            await PostgresTool.RunAsync("pg_dump", address, ["--format=custom", "--no-owner", "--no-privileges", "--no-password", $"--file={partial}"], cancel);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
        await Console.Error.WriteLineAsync($"sweep: {path}: {Numbers.Bytes(new FileInfo(path).Length)}; `{CommandName.Text} db restore {Path.GetFileName(path)}` puts it into an empty database");
        return ExitCode.Done;
    }
}
