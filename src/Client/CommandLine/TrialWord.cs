using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>TRIAL on the command line: its id, or its place in a sweep's grid.</summary>
internal static partial class TrialWord
{
    public static Argument<string> Argument() => new("TRIAL")
    {
        Description = "Id of the trial, or SWEEP/ORDINAL or SWEEP/ORDINAL/REPLICATE, both counted from 0: l2-visual-intuition/3",
    };

    public static async Task<TrialSummary> FindAsync(StoreSession session, string word, CancellationToken cancel)
    {
        if (Place().Match(word) is { Success: true } place)
        {
            var sweep = await SweepWord.FindAsync(session, place.Groups["sweep"].Value, cancel);
            var replicate = place.Groups["replicate"] is { Success: true } given ? given.Value : "0";
            return TryWhole(place.Groups["ordinal"].Value, out var ordinal) && TryWhole(replicate, out var number) && number <= int.MaxValue
                && await session.Ledger.Trials.AtAsync(sweep.Id, ordinal, (int)number, cancel) is { } trial
                ? trial
                : throw new UserMistake($"{sweep.Name} ({sweep.Id}) has no trial {word[(place.Groups["sweep"].Length + 1)..]}; its {Numbers.Count(sweep.Trials, "trial")} "
                    + $"are numbered by the grid from 0: `{CommandName.Text} query \"select id, ordinal, replicate, configuration from trials where sweep = '{sweep.Id}'\"`");
        }
        if (!TryWhole(word, out var id))
            throw new UserMistake($"'{word}' is no trial: give its id, a whole number, or SWEEP/ORDINAL, such as l2-visual-intuition/3");
        return await session.Ledger.Trials.GetAsync(new TrialId(id), cancel)
            ?? throw new UserMistake($"the store has no trial {id}; `{CommandName.Text} query \"select id, sweep, ordinal from trials\"` shows what there is");
    }

    private static bool TryWhole(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex(@"^(?<sweep>.+?)/(?<ordinal>\d+)(/(?<replicate>\d+))?$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
