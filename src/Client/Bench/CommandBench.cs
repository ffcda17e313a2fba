using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains.Programs;
using SweepCluster.Programs.Owning;
using SweepCluster.Silo;
using SweepCluster.Store;

namespace SweepCluster.Client.Bench;

/// <summary>What a trial that is a program takes beyond the program's own time: the same program through a silo and its store, and bare.</summary>
internal static class CommandBench
{
    private const string Shell = "/bin/sh";
    private const string Script = "echo '{\"epoch\": 1, \"training\": 0.5, \"validation\": 0.5}'";

    /// <param name="Overhead">Milliseconds a trial, the middle of several rounds.</param>
    /// <param name="Trial">Milliseconds from one trial's start to the next one's, in one slot; <paramref name="Bare"/> the program alone.</param>
    internal sealed record Result(double Overhead, double Trial, double Bare, int Trials, int Rounds);

    public static async Task<Result> RunAsync(Ledger ledger, int trials, int rounds, CancellationToken cancel)
    {
        using var programs = new ProgramHost(ProgramHost.Any);
        await ThroughSiloAsync(ledger, programs, trials, cancel); // compiles the code, opens connections, prepares statements
        Bare(trials);
        var found = new List<(double Trial, double Bare)>();
        for (var round = 0; round < rounds; round++) found.Add((await ThroughSiloAsync(ledger, programs, trials, cancel), Bare(trials)));
        var middle = found.OrderBy(times => times.Trial - times.Bare).ElementAt(rounds / 2);
        return new Result(middle.Trial - middle.Bare, middle.Trial, middle.Bare, trials, rounds);
    }

    private static async Task<double> ThroughSiloAsync(Ledger ledger, ProgramHost programs, int trials, CancellationToken cancel)
    {
        var reading = SweepFile.Parse($"name: bench\nreplicates: {trials}\ntrainer: {{command: [{Shell}, -c, {System.Text.Json.JsonSerializer.Serialize(Script)}], directory: /}}");
        var sweep = await ledger.Launch.LaunchAsync(reading.Specification!, cancel: cancel);
        var start = Stopwatch.GetTimestamp();
        await new SiloHost(ledger, SlotsOption.ToSilo(1, programs) with { UntilSweepDone = sweep }, NullLoggerFactory.Instance).RunAsync(cancel);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / trials;
        var done = (await ledger.Sweeps.GetAsync(sweep, cancel))!.Completed;
        return done == trials ? milliseconds : throw new InvalidOperationException($"{trials - done} of the trials failed");
    }

    private static double Bare(int trials)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" };
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < trials; i++)
        {
            if (BareProgram.Run(Shell, ["-c", Script], environment, "/") != 0) throw new InvalidOperationException($"{Shell} failed");
        }
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / trials;
    }
}
