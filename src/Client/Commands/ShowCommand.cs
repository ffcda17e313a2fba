using System.CommandLine;
using SweepCluster.Contracts;
using SweepCluster.Store.Queries;

namespace SweepCluster.Client.Commands;

/// <summary>sweep show SWEEP: what was asked, and what came of it.</summary>
internal static class ShowCommand
{
    private const int Indent = 16;
    private const int MostValues = 12;

    public static Command Create()
    {
        var sweep = SweepWord.Argument();
        var store = StoreSession.Option();
        var command = new ExampledCommand("show", "Show a sweep: its specification and the results of its trials", "sweep show l2-visual-intuition") { sweep, store };
        command.SetAction((parsed, cancel) => StoreSession.UseAsync(parsed.GetValue(store), async session =>
        {
            var found = await SweepWord.FindAsync(session, parsed.GetRequiredValue(sweep), cancel);
            var specification = await session.Ledger.Sweeps.SpecificationAsync(found.Id, cancel);
            var trials = await session.Ledger.Trials.OfSweepAsync(found.Id, cancel);
            await using var output = Terminal.OpenOutput();
            Write(output, found, specification, trials);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static void Write(TextWriter output, SweepSummary sweep, Specification specification, IReadOnlyList<TrialSummary> trials)
    {
        int? width = Terminal.IsOutput ? Terminal.Width : null;
        output.WriteLine($"{sweep.Name}  {sweep.Id}  {sweep.State}");
        output.WriteLine($"created {sweep.CreatedAt.LocalDateTime:yyyy-MM-dd HH:mm:ss}"
            + (sweep.FinishedAt is { } finished ? $", finished after {Numbers.Duration(finished - sweep.CreatedAt)}" : ""));
        output.WriteLine($"{sweep.Completed} of {Numbers.Count(sweep.Trials, "trial")} completed" + (sweep.Failed > 0 ? $", {sweep.Failed} failed" : ""));
        output.WriteLine();

        foreach (var section in specification.Values.Where(entry => entry.Key != "name").GroupBy(entry => entry.Key.Split('.')[0]))
            Wrapped(output, section.Key + ":", section.Select(entry => Setting(section.Key, entry)), width);
        foreach (var axis in specification.Axes)
            Wrapped(output, "grid:", Values(axis), width);
        output.WriteLine();

        ConfigurationTable.Write(output, specification, trials);
        TrialTable.Write(output, specification, trials);
        foreach (var line in TrialTable.Stopped(specification, trials).Concat(TrialTable.Failures(specification, trials)))
            output.WriteLine(line);
    }

    private static string Setting(string section, KeyValuePair<string, Value> entry) =>
        entry.Key == section ? entry.Value.ToString()! : $"{entry.Key[(section.Length + 1)..]} {entry.Value}";

    private static IEnumerable<string> Values(Axis axis)
    {
        var values = axis.Values.Count <= MostValues
            ? axis.Values.Select(value => value.ToString()!)
            : [.. axis.Values.Take(3).Select(value => value.ToString()!), "…", $"{axis.Values[^1]} ({axis.Values.Count} values)"];
        return values.Select((value, i) => i == 0 ? $"{axis.Key} = {value}" : value);
    }

    /// <summary>Words after a title, on as many lines as the terminal needs, the title's column left free.</summary>
    private static void Wrapped(TextWriter output, string title, IEnumerable<string> words, int? width)
    {
        var line = title.PadRight(Indent);
        var separator = "";
        foreach (var word in words)
        {
            if (line.Length + separator.Length + word.Length >= width && line.Length > Indent)
            {
                output.WriteLine(line + separator.TrimEnd());
                line = new string(' ', Indent);
                separator = "";
            }
            line += separator + word;
            separator = ", ";
        }
        output.WriteLine(line);
    }
}
