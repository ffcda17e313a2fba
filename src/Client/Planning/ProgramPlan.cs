using SweepCluster.Client.Commands;
using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;
using SweepCluster.Programs.Reporting;

namespace SweepCluster.Client.Planning;

/// <summary>
/// What can be said of a sweep whose trials a program trains, without starting it: how many there are, what they are started as, how long
/// such trials took before, and how long they may take.
/// </summary>
internal static class ProgramPlan
{
    public static void Write(Specification specification, int slots, EarlierTrials? earlier, bool json)
    {
        var program = specification.Resolve(specification.ConfigurationAt(0), 0).Program;
        IReadOnlyList<string> command = program is not null ? ProgramStarts.Preview(program, specification.Seed) : [specification.Assembly!.File, specification.Assembly.Type];
        var atATime = Math.Max(1, slots / specification.Cores);
        var rounds = Math.Ceiling(specification.TrialCount / (double)atATime);
        double? seconds = earlier is null ? null : Math.Max(earlier.Seconds, earlier.Seconds * specification.TrialCount / atATime);
        var most = rounds * program?.Timeout?.TotalSeconds;
        const string unknown = "how long it takes and how much it keeps only the program knows; a trial of few epochs tells";
        if (json)
        {
            JsonOutput.Write(new
            {
                specification.Name,
                Specification = JsonOutput.Stored(specification.ToJson()),
                Configurations = specification.ConfigurationCount,
                Trials = specification.TrialCount,
                Slots = slots,
                specification.Cores,
                AtATime = atATime,
                Command = command,
                program?.Directory,
                Seconds = seconds,
                MostSeconds = most,
                Earlier = earlier,
                First = PlanCommand.First(specification),
                Warnings = seconds is null ? (string[])[unknown] : [],
            });
            return;
        }
        int? width = Terminal.IsOutput ? Terminal.Width : null;
        Console.Out.WriteLine(specification.Name);
        SpecificationText.Write(Console.Out, specification, width);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"trials:         {specification.TrialCount:N0} = {Numbers.Count(specification.ConfigurationCount, "configuration")} × {Numbers.Count(specification.Replicates, "replicate")}");
        Console.Out.WriteLine($"at a time:      {atATime:N0}, {Numbers.Count(specification.Cores, "core")} each, on {Numbers.Count(slots, "slot")} of this machine");
        if (earlier is not null)
            Console.Out.WriteLine($"time:           about {Duration(seconds!.Value)}; {Numbers.Count(earlier.Trials, "earlier trial")} of it took {Duration(earlier.Seconds)} ({Duration(earlier.Least)} to {Duration(earlier.Most)})");
        if (most is { } longest)
            Console.Out.WriteLine($"{(earlier is null ? "time:           " : "                ")}at most {Duration(longest)}, {Duration(longest / rounds)} a trial (trainer.timeout)");
        Console.Out.WriteLine($"program:        {TrialLog.Visible(string.Join(' ', command))}");
        if (program is not null)
            Console.Out.WriteLine($"runs in:        {TrialLog.Visible(program.Directory)}");
        Console.Out.WriteLine();
        PlanCommand.WriteFirst(Console.Out, specification, width);
        if (earlier is null)
            Console.Error.WriteLine($"sweep: note: {unknown}");
    }

    private static string Duration(double seconds) => Numbers.Duration(TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)));
}
