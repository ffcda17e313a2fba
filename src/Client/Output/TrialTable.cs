using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client;

/// <summary>The table of a sweep's trials: what was tried, and what came of it.</summary>
internal static class TrialTable
{
    // More than a few screens of rows nobody reads; a pipe gets them all.
    private const int MostOnTerminal = 200;
    private const int BestOnTerminal = 20;
    private const int MostReasons = 20;
    private const int MostMetrics = 8;

    /// <summary>All trials in the order of the grid; on a terminal only the best ones of very many.</summary>
    public static void Write(TextWriter output, Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        if (!Terminal.IsOutput)
        {
            Of(specification, trials).Write(output);
            return;
        }
        var objective = specification.Objective;
        var shown = trials.Count <= MostOnTerminal ? trials
            : [.. trials.Where(trial => trial.ValueOf(objective) is not null)
                .OrderBy(trial => objective.Turn(trial.ValueOf(objective)!.Value)).Take(BestOnTerminal)];
        Of(specification, shown).Write(output, Terminal.Width);
        if (shown.Count < trials.Count)
            output.WriteLine($"the {shown.Count} best of {trials.Count:N0}");
    }

    private static TextTable Of(Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        var states = trials.Any(trial => trial.State != TrialState.Completed);
        var tests = trials.Any(trial => trial.TestLoss is not null);
        var metrics = trials.SelectMany(trial => trial.Metrics.Keys).Distinct().OrderBy(name => name != specification.Objective.Metric).ThenBy(name => name, StringComparer.Ordinal).Take(MostMetrics).ToList();
        var keys = specification.SweptKeys.ToList();
        var labels = new TrialLabels(specification);

        var columns = keys.Select(key => new TextTable.Column(key, Number: true)).ToList();
        if (keys.Count == 0)
            columns.Add(new("configuration"));
        if (specification.Replicates > 1)
            columns.Add(new("replicate", Number: true));
        columns.AddRange([new("training loss", Number: true), new("validation loss", Number: true)]);
        if (tests)
            columns.Add(new("test loss", Number: true));
        columns.AddRange(metrics.Select(name => new TextTable.Column(name, Number: true)));
        columns.AddRange([new("epochs", Number: true), new("seconds", Number: true)]);
        if (states)
            columns.Add(new("state"));

        var table = new TextTable(columns);
        foreach (var trial in trials)
        {
            var configuration = Configuration.FromJson(trial.Configuration);
            List<string> cells = [.. keys.Select(key => labels.Of(key, configuration))];
            if (keys.Count == 0)
                cells.Add(specification.Name);
            if (specification.Replicates > 1)
                cells.Add($"{trial.Replicate}");
            cells.AddRange([Numbers.Loss(trial.TrainingLoss), Numbers.Loss(trial.ValidationLoss)]);
            if (tests)
                cells.Add(Numbers.Loss(trial.TestLoss));
            cells.AddRange(metrics.Select(name => trial.Metrics.TryGetValue(name, out var value) ? Numbers.Loss(value) : "-"));
            cells.AddRange([$"{trial.Epochs}", Numbers.Seconds(trial.Seconds)]);
            if (states)
                cells.Add(trial.State.ToString());
            table.Add(cells);
        }
        return table;
    }

    /// <summary>One line for each trial that a rule stopped, with its reason and the epoch it ended with; very many are counted.</summary>
    public static IEnumerable<string> Stopped(Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        var labels = new TrialLabels(specification);
        var stopped = trials.Where(trial => trial.StoppedBy is not null).ToList();
        foreach (var trial in stopped.Take(MostReasons))
            yield return $"{labels.Of(trial)} stopped: {trial.Error}{(trial.ThetaEpoch is { } epoch ? $"; ended with the parameters of epoch {epoch}" : "")}";
        if (stopped.Count > MostReasons)
            yield return $"and {stopped.Count - MostReasons:N0} more stopped by {string.Join(", ", stopped.Skip(MostReasons).Select(trial => trial.StoppedBy).Distinct().Order())}: sweep query \"SELECT * FROM trials WHERE stopped_by IS NOT NULL\"";
    }

    /// <summary>One line for each trial that failed, with its reason.</summary>
    public static IEnumerable<string> Failures(Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        var labels = new TrialLabels(specification);
        return trials.Where(trial => trial.State == TrialState.Failed).Select(trial => $"{labels.Of(trial)} failed: {trial.Error}");
    }
}
