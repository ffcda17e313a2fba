using System.CommandLine;
using SweepCluster.Client.Comparing;
using SweepCluster.Contracts;
using SweepCluster.Reports;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep show SWEEP: what was asked, and what came of it.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var json = JsonOutput.Option();
        var store = StoreSession.Option();
        var command = new ExampledCommand("show", "Show a sweep: its specification and the results of its trials", "sweep show l2-visual-intuition", "sweep show l2-visual-intuition --json") { sweep, json, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
            var trials = await session.Ledger.Trials.OfSweepAsync(found.Id, cancel);
            var diagnosis = await SweepDiagnosis.ReadAsync(session.Ledger.Source, found.Id.Value, cancel);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new
                {
                    Sweep = SweepAnswer.Of(found),
                    Specification = JsonOutput.Stored(specification.ToJson()),
                    Objective = specification.Objective.Metric,
                    specification.Objective.Maximize,
                    Configurations = ConfigurationResult.Rank(trials, specification.Objective).OrderBy(one => one.Loss.Ordinal).Select(ConfigurationAnswer.Of),
                    Trials = trials.Select(TrialAnswer.Of),
                    IrreducibleError = diagnosis?.SourceKind == "unknown" ? null : diagnosis?.Irreducible,
                    IrreducibleErrorIs = diagnosis?.SourceKind,
                    Diagnosis = (diagnosis?.Configurations ?? []).Select(DiagnosisRow.Of),
                });
                return ExitCode.Done;
            }
            await using var output = Terminal.OpenOutput();
            Write(output, found, specification, trials);
            if (diagnosis is not null)
                DiagnosisTable.Write(output, diagnosis);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static void Write(TextWriter output, SweepSummary sweep, Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        output.WriteLine($"{sweep.Name}  {sweep.Id}  {sweep.State}");
        output.WriteLine($"created {sweep.CreatedAt.LocalDateTime:yyyy-MM-dd HH:mm:ss}"
            + (sweep.FinishedAt is { } finished ? $", finished after {Numbers.Duration(finished - sweep.CreatedAt)}" : ""));
        output.WriteLine($"{sweep.Completed} of {Numbers.Count(sweep.Trials, "trial")} completed" + (sweep.Failed > 0 ? $", {sweep.Failed} failed" : ""));
        output.WriteLine();

        SpecificationText.Write(output, specification, Terminal.IsOutput ? Terminal.Width : null);
        output.WriteLine();

        ConfigurationTable.Write(output, specification, trials);
        TrialTable.Write(output, specification, trials);
        foreach (var line in TrialTable.Stopped(specification, trials).Concat(TrialTable.Failures(specification, trials)))
            output.WriteLine(line);
    }
}
