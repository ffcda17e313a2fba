using System.CommandLine;
using SweepCluster.Client.Comparing;
using SweepCluster.Contracts;

namespace SweepCluster.Client.Commands;

/// <summary>sweep best SWEEP: the winner, as lines for the next sweep file.</summary>
internal static class BestCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var whole = new Option<bool>("--whole") { Description = "Print a whole sweep file of that one configuration instead of the swept keys" };
        var json = JsonOutput.Option();
        var store = StoreSession.Option();
        var command = new ExampledCommand(
            "best", "Print the configuration with the smallest validation loss, or the best by its objective, as lines of a sweep file",
            "sweep best l2-visual-intuition", "sweep best l2-visual-intuition --whole > best.yaml")
        { sweep, whole, json, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(sweep), parsed.GetValue(whole), parsed.GetValue(json), cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string word, bool whole, bool json, CancellationToken cancel)
    {
        var found = await SweepWord.FindAsync(session, word, cancel);
        var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
        var ranked = ConfigurationResult.Rank(await session.Ledger.Trials.OfSweepAsync(found.Id, cancel), specification.Objective);
        if (ranked is not [var best, ..])
            throw new UserMistake($"{found.Name} ({found.Id}) has no finished trial{(specification.Objective.IsDefault ? "" : $" with a {specification.Objective.Title}")} yet; `{CommandName.Text} status {found.Id}` shows how far it is");

        if (json)
        {
            JsonOutput.Write(BestAnswer.Of(found.Id, best, ranked.ElementAtOrDefault(1), specification.Objective));
            return ExitCode.Done;
        }
        Console.Out.WriteLine($"# best of {Numbers.Count(ranked.Count, "configuration")} of {found.Id}: {specification.Objective.Title} {BestLoss.Text(best.Loss)}");
        if (ranked.ElementAtOrDefault(1) is { } next && BestLoss.Against(next, specification.Objective) is { } words)
            Console.Out.WriteLine($"# {words}");
        Console.Out.Write(whole ? SpecificationYaml.Write(specification, best.Configuration) : SpecificationYaml.Write(best.Configuration.Entries));
        var open = found.Trials - found.Completed - found.Failed;
        if (open > 0 && found.FinishedAt is null)
            await Console.Error.WriteLineAsync($"sweep: so far: {Numbers.Count(open, "trial")} of {found.Name} {(open == 1 ? "is" : "are")} still open");
        return ExitCode.Done;
    }
}
