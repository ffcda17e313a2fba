using System.CommandLine;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>SWEEP on the command line: an id, the beginning of an id, or a name.</summary>
internal static class SweepWord
{
    public static Argument<string> Argument() => new("SWEEP") { Description = "Id of the sweep, the beginning of its id, or its name (the newest of that name)" };

    public static async Task<SweepSummary> FindAsync(StoreSession session, string word, CancellationToken cancel)
    {
        switch (await session.Ledger.Sweeps.FindAsync(word, cancel))
        {
            case SweepMatch.Found found:
                if (found.OlderWithSameName > 0)
                    await Console.Error.WriteLineAsync($"sweep: {found.Sweep.Id} is the newest of {found.OlderWithSameName + 1} sweeps named {found.Sweep.Name}");
                return found.Sweep;
            case SweepMatch.Ambiguous ambiguous:
                throw new UserMistake($"'{word}' begins {ambiguous.Candidates.Count} sweeps; type more of the one you mean:\n"
                    + string.Join('\n', ambiguous.Candidates.Select(sweep => $"  {sweep.Id}  {sweep.Name}  {sweep.CreatedAt:yyyy-MM-dd HH:mm}")));
            default:
                throw new UserMistake($"no sweep '{word}'; `{CommandName.Text} list` shows what there is");
        }
    }
}
