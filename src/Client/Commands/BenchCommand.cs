using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SweepCluster.Training.Diagnostics;

namespace SweepCluster.Client.Commands;

/// <summary>sweep bench: the parts of the program on this machine. `kernel` is how close training comes to what one core can do; needs no store.</summary>
internal static class BenchCommand
{
    private const string First = "--first-of-process";

    public static Command Create() => new ExampledCommand("bench", "Measure this machine", "sweep bench kernel", "sweep bench store", "sweep bench reports")
    {
        Kernel(), BenchStoreCommand.Create(), BenchClusterCommand.Create(), BenchFleetCommand.Create(), BenchReportsCommand.Create(),
    };

    private static ExampledCommand Kernel()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of a table" };
        var rounds = new Option<int>("--rounds") { Description = "How often each case is timed; its best counts", DefaultValueFactory = _ => 10, HelpName = "N" };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000) result.AddError("--rounds must be between 1 and 1000");
        });
        var words = new Option<string>("--case") { Description = "Only cases with these words in name and path, like 'notebook' or 'plain'", HelpName = "WORDS" };
        var slots = new Option<int>("--slots") { Description = "Also count trials a second with 1, 2, 4 … up to N trials side by side", HelpName = "N" };
        slots.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024) result.AddError("--slots must be between 1 and 1024");
        });
        var first = new Option<string[]>(First) { Hidden = true, AllowMultipleArgumentsPerToken = true };
        var command = new ExampledCommand(
            "kernel", "Time trials on one core against its measured peak of fused multiply-adds; leave the machine alone meanwhile",
            "sweep bench kernel --case notebook", "sweep bench kernel --slots 2", "sweep bench kernel --json > kernel.json")
        { json, rounds, words, slots, first };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(first) is [var name, var path])
            {
                Console.Out.WriteLine(KernelBenchmark.Seconds(name, path).ToString("R", CultureInfo.InvariantCulture));
                return ExitCode.Done;
            }

            var cases = KernelCase.All.Where(one => $"{one.Name} {one.Path}".Contains(parsed.GetValue(words) ?? "", StringComparison.OrdinalIgnoreCase)).ToList();
            if (cases.Count == 0)
                throw new UserMistake($"--case: no case has '{parsed.GetValue(words)}' in it; they are {string.Join(", ", KernelCase.All.Select(one => $"{one.Name} {one.Path}"))}");
            var report = KernelBenchmark.Run(cases, parsed.GetValue(rounds), InFreshProcess);
            if (parsed.GetValue(slots) is var most and > 0) report = report with { Slots = SlotScaling.Run(most, parsed.GetValue(rounds)) };
            Console.Out.Write(parsed.GetValue(json) ? report.ToJson() + Environment.NewLine : report.ToTable());
            return ExitCode.Done;
        });
        return command;
    }

    private static double InFreshProcess(KernelCase one)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "sweep.dll"), "bench", "kernel", First, one.Name, one.Path },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"the process that times the first trial of '{one.Name}' ended with {process.ExitCode}");
    }
}
