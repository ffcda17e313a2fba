using System.CommandLine;
using SweepCluster.Store;
using SweepCluster.Training;

namespace SweepCluster.Client.Commands;

/// <summary>sweep import FILE: a sweep that another store exported.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What `sweep export SWEEP --out FILE` wrote" };
        var store = StoreSession.Option();
        var json = JsonOutput.Option();
        var command = new ExampledCommand("import", "Put an exported sweep into this store, with everything it learnt", "sweep import l2.sweep") { file, store, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var path = parsed.GetRequiredValue(file);
            await using var stream = Open(path);
            return await StoreSession.UseAsync(parsed.GetValue(store), session => RunAsync(session, stream, path, parsed.GetValue(json), cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, Stream stream, string path, bool json, CancellationToken cancel)
    {
        try
        {
            var imported = await session.Ledger.Archive.ImportAsync(stream, theta => ParameterHash.Sha256(theta), cancel);
            if (json) JsonOutput.Write(new { Sweep = imported.Id.Value, imported.Name, imported.Trials });
            await Console.Error.WriteLineAsync($"sweep: imported {imported.Name} ({imported.Id}): {Numbers.Count(imported.Trials, "trial")}, the SHA-256 of {imported.Checked:N0} final θ checked");
            if (imported.Open > 0)
                await Console.Error.WriteLineAsync($"sweep: {Numbers.Count(imported.Open, "trial")} {(imported.Open == 1 ? "is" : "are")} still open, so it is paused; go on with `{CommandName.Text} resume {imported.Id}`");
            return ExitCode.Done;
        }
        catch (FormatException e)
        {
            throw new UserMistake($"{path} cannot be imported: {e.Message}; nothing was changed");
        }
        catch (SweepExistsException e)
        {
            throw new UserMistake($"{e.Message}; nothing was changed. To replace it, first `{CommandName.Text} rm {e.Id}`");
        }
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new UserMistake($"{path} is a directory; name the file that `{CommandName.Text} export SWEEP --out FILE` wrote");
        return File.Exists(path) ? File.OpenRead(path) : throw new UserMistake($"there is no file {path}");
    }
}
