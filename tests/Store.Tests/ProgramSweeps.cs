using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Contracts;
using SweepCluster.Grains;
using SweepCluster.Grains.Programs;
using SweepCluster.Silo;
using SweepCluster.Store.Queries;

namespace SweepCluster.Store.Tests;

/// <summary>Sweeps of a shell script, in a folder that is gone afterwards.</summary>
internal sealed class ProgramSweeps : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("sweep-program-tests-").FullName;

    public ProgramHost Programs { get; } = new(ProgramHost.Any) { Grace = TimeSpan.FromSeconds(0.5) };

    public void Dispose()
    {
        Programs.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>One trial of the script, and one after it that does nothing but report.</summary>
    public async Task<(TrialSummary Trial, TrialSummary Next)> RunAsync(Ledger ledger, string script, string more = "")
    {
        var sweep = await LaunchAsync(ledger, $"case $SWEEP_ORDINAL in 1) echo '{{\"epoch\": 1, \"training\": 1, \"validation\": 1}}'; exit 0;; esac\n{script}", "epochs: 10", more, grid: true);
        await Silo(ledger, sweep, slots: 1).RunAsync(CancellationToken.None);
        var trials = await ledger.Trials.OfSweepAsync(sweep);
        return (trials[0], trials[1]);
    }

    public Task<SweepId> LaunchAsync(Ledger ledger, string script, string training = "epochs: 10", string more = "", bool grid = false)
    {
        File.WriteAllText(Path.Combine(Folder, "script"), script);
        var arguments = more.Split('\n').FirstOrDefault(line => line.StartsWith("arguments: ", StringComparison.Ordinal))?["arguments: [".Length..^1] ?? "\"{training.epochs}\"";
        var timeout = more.StartsWith("timeout: ", StringComparison.Ordinal) ? more["timeout: ".Length..] : script.Contains("never", StringComparison.Ordinal) || script.Contains("trap ''", StringComparison.Ordinal) ? "1s" : "5m";
        var rest = string.Join('\n', more.Split('\n').Where(line => !line.StartsWith("arguments: ", StringComparison.Ordinal) && !line.StartsWith("timeout: ", StringComparison.Ordinal)));
        return ledger.Launch.LaunchAsync(Sample.Read(
            $$$"""
            name: program
            seed: 7
            trainer:
              command: [sh, script, {{{arguments}}}]
              directory: {{{Folder}}}
              environment: {MINE: "seven {seed}"}
              timeout: {{{timeout}}}
            training: { {{{training}}} }
            {{{rest}}}
            {{{(grid ? "grid: {training.learning_rate: [1e-3, 1e-2]}" : "")}}}
            """));
    }

    public SiloHost Silo(Ledger ledger, SweepId? sweep, Channel<SiloEvent>? events = null, int slots = 2) => Silo(ledger, sweep, Programs, events, slots);

    public static SiloHost Silo(Ledger ledger, SweepId? sweep, ProgramHost? programs, Channel<SiloEvent>? events = null, int slots = 2) => new(
        ledger,
        new SiloOptions { Slots = slots, UntilSweepDone = sweep, Poll = TimeSpan.FromMilliseconds(100), Grain = GrainOptions.Default with { Programs = programs } },
        NullLoggerFactory.Instance, events?.Writer);
}
