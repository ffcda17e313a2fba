using System.CommandLine;
using SweepCluster.Client.Comparing;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep diff A B: what was asked differently, and what came of it.</summary>
internal static class DiffCommand
{
    private const int MostConfigurations = 50;

    public static Command Create()
    {
        var left = new Argument<string>("A") { Description = "Id of a sweep, the beginning of its id, or its name" };
        var right = new Argument<string>("B") { Description = "The sweep to compare it with" };
        var json = JsonOutput.Option();
        var store = StoreSession.Option();
        var command = new ExampledCommand("diff", "Compare two sweeps: their specifications, and the configurations that both tried", "sweep diff 7k3m 9wx2") { left, right, json, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(
            parsed.GetValue(store), session => RunAsync(session, parsed.GetRequiredValue(left), parsed.GetRequiredValue(right), parsed.GetValue(json), cancel), cancel));
        return command;
    }

    private static async Task<int> RunAsync(StoreSession session, string leftWord, string rightWord, bool json, CancellationToken cancel)
    {
        var (left, leftSpecification, leftTrials) = await ReadAsync(session, leftWord, cancel);
        var (right, rightSpecification, rightTrials) = await ReadAsync(session, rightWord, cancel);
        var difference = SweepDifference.Of(leftSpecification, leftTrials, rightSpecification, rightTrials);
        if (json)
        {
            JsonOutput.Write(new
            {
                A = left.Id.Value,
                B = right.Id.Value,
                Keys = difference.Keys.Select(key => new { key.Key, A = key.Left, B = key.Right }),
                Shared = difference.Shared.Select(SharedAnswer.Of),
                Objective = difference.Objective.Metric,
                OnlyA = difference.OnlyLeft,
                OnlyB = difference.OnlyRight,
            });
            return ExitCode.Done;
        }
        await using var output = Terminal.OpenOutput();
        Write(output, difference, left.Id, right.Id);
        return ExitCode.Done;
    }

    private static async Task<(SweepSummary, Specification, IReadOnlyList<TrialSummary>)> ReadAsync(StoreSession session, string word, CancellationToken cancel)
    {
        var found = await SweepWord.FindAsync(session, word, cancel);
        return (found, await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel), await session.Ledger.Trials.OfSweepAsync(found.Id, cancel));
    }

    private static void Write(TextWriter output, SweepDifference difference, SweepId left, SweepId right)
    {
        int? width = Terminal.IsOutput ? Terminal.Width : null;
        if (difference.Keys.Count == 0)
        {
            output.WriteLine("both ask for the same");
        }
        else
        {
            var keys = new TextTable(new("key"), new(left.Value), new(right.Value));
            foreach (var key in difference.Keys)
                keys.Add(key.Key, key.Left, key.Right);
            keys.Write(output, width);
        }
        output.WriteLine();
        if (difference.Shared.Count > 0)
        {
            var replicated = difference.Shared.Any(one => one.Paired is { Count: > 1 });
            // A metric may be negative, or 0: only losses have ratios.
            var isLoss = difference.Objective.IsLoss;
            List<TextTable.Column> columns = [new("configuration"), new(left.Value, Number: true), new(right.Value, Number: true), new(isLoss ? "ratio" : "change", Number: true), new("θ")];
            if (replicated)
                columns.Insert(4, new("difference, paired", Number: true));
            var shared = new TextTable(columns);
            foreach (var one in difference.Shared.OrderBy(one => difference.Objective.Turn(Change(one, isLoss))).Take(MostConfigurations))
            {
                List<string> cells = [Name(one), Numbers.Loss(one.Left.Mean), Numbers.Loss(one.Right.Mean), Numbers.Loss(Change(one, isLoss)), Same(one)];
                if (replicated)
                    cells.Insert(4, one.Paired is { Count: > 1 } paired ? $"{Numbers.Loss(paired.Low)} to {Numbers.Loss(paired.High)}" : "-");
                shared.Add(cells);
            }
            shared.Write(output, width);
            if (difference.Shared.Count > MostConfigurations)
                output.WriteLine($"the {MostConfigurations} of {difference.Shared.Count:N0} shared configurations that gained most");
        }
        if (difference.Shared.Any(one => one.Paired is { Count: > 1 }))
            output.WriteLine($"difference: how much greater {right}'s {(difference.Objective.IsDefault ? "losses are" : $"{difference.Objective.Title} is")}, seed by seed, as a 95 % interval; where it leaves out 0 it is more than luck");
        else if (difference.Shared.Any(one => one is { Paired: null, Left.Count: > 1, Right.Count: > 1 }))
            output.WriteLine("their seeds differ, so replicates are not paired");
        output.WriteLine($"{Numbers.Count(difference.Shared.Count, "configuration")} finished in both ({difference.Objective.Title}), {difference.OnlyLeft:N0} only in {left}, {difference.OnlyRight:N0} only in {right}");
    }

    private static double Change(SharedConfiguration one, bool isLoss) => isLoss ? one.Right.Mean / one.Left.Mean : one.Right.Mean - one.Left.Mean;

    private static string Name(SharedConfiguration one) => one.Configuration.Entries.Count > 0 ? one.Configuration.ToString() : "(the only one)";

    private static string Same(SharedConfiguration one) =>
        one.Hashed == 0 ? "-" : one.SameBits == one.Hashed ? "same" : one.SameBits == 0 ? "different" : $"{one.SameBits} of {one.Hashed} same";
}
