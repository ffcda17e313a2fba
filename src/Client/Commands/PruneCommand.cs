using System.CommandLine;
using System.Globalization;
using SweepCluster.Store.Administration;

namespace SweepCluster.Client.Commands;

/// <summary>sweep prune --older-than AGE: takes away what old sweeps do not need; without --yes it only says what that would be.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        var age = AgeOption.Create("--older-than", "Sweeps that ended at least so long ago: 12h, 30d, 8w");
        var whole = new Option<bool>("--whole") { Description = "Remove these sweeps with all they learnt; otherwise only θ of epochs before each trial's last goes, which is most of the bytes" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do it; otherwise only say what would go" };
        var store = StoreSession.Option();
        var command = new ExampledCommand("prune", "Free space: drop old sweeps' snapshots, or the sweeps themselves; says what would go until --yes", "sweep prune --older-than 30d", "sweep prune --older-than 8w --whole --yes") { age, whole, yes, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetValue(age), parsed.GetValue(whole), parsed.GetValue(yes), cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, TimeSpan age, bool whole, bool yes, CancellationToken cancel)
    {
        var found = (await session.Ledger.Retention.FindAsync(age, cancel)).Where(sweep => whole || sweep.Snapshots > 0).ToList();
        if (found.Count == 0)
        {
            await Console.Error.WriteLineAsync($"sweep: nothing to prune: no sweep that ended so long ago {(whole ? "is left" : "keeps more than its last θ")}");
            return ExitCode.Done;
        }
        var (sweeps, snapshots) = (0L, 0L);
        if (yes)
        {
            // One sweep after the other: what is done is done, if this is interrupted.
            foreach (var sweep in found)
            {
                if (whole) sweeps += await session.Ledger.Removal.RemoveAsync(sweep.Id, age, cancel) is null ? 0 : 1;
                else snapshots += await session.Ledger.Retention.ThinAsync(sweep.Id, age, cancel);
            }
        }
        Print(found);
        await Console.Error.WriteLineAsync((yes, whole) switch
        {
            (false, true) => $"sweep: {Numbers.Count(found.Count, "sweep")} would go for good; add --yes to remove them",
            (false, false) => $"sweep: {Numbers.Count(found.Sum(s => s.Snapshots), "snapshot")}, {Numbers.Bytes(found.Sum(s => s.SnapshotBytes))}, would go; add --yes to drop them",
            (true, true) => $"sweep: removed {Numbers.Count(sweeps, "sweep")}; the server reuses the space after its next vacuum",
            (true, false) => $"sweep: dropped {Numbers.Count(snapshots, "snapshot")}; the server reuses the space after its next vacuum",
        });
        return ExitCode.Done;
    }

    private static void Print(IReadOnlyList<Outdated> found)
    {
        var table = new TextTable(new("sweep"), new("name"), new("ended"), new("trials", Number: true), new("snapshots", Number: true), new("bytes", Number: true));
        foreach (var sweep in found)
        {
            table.Add(
                sweep.Id.Value, sweep.Name, sweep.EndedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), $"{sweep.Trials:N0}", $"{sweep.Snapshots:N0}", Numbers.Bytes(sweep.SnapshotBytes));
        }
        table.Write(Console.Out);
    }
}
