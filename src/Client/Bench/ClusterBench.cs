using System.Diagnostics;
using SweepCluster.Contracts;
using SweepCluster.Store;

namespace SweepCluster.Client.Bench;

/// <summary>One measured sweep on silos that are processes of their own.</summary>
/// <param name="Seconds">By the clock, from the first claim to the last ending.</param>
/// <param name="Cpu">Seconds of one core, of all silos and the server, start-up of the silos not counted.</param>
internal sealed record ClusterResult(int Silos, int Trials, double Seconds, double Cpu)
{
    public double TrialsPerSecond => Trials / Seconds;
}

/// <summary>Trains sweeps on one silo and on several, each a process with one slot.</summary>
internal sealed class ClusterBench(Ledger ledger, CpuMeter cpu, CancellationToken cancel)
{
    // A fresh process compiles what is called often a second time, beside its first seconds of trials; a cluster works for hours.
    private const int WarmUpTrials = 60;

    // Who asks often takes time from the silos, where they have every core.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="training">The article's own L2 sweep with more replicates; else trials with next to no training.</param>
    public async Task<ClusterResult> MeasureAsync(int silos, int trials, bool training)
    {
        Specification Sweep(int count) => training ? Article(count) : LedgerBench.Grid(count, "{epochs: 1, batch: 64}", "{kind: oscillation, points: 128}");
        var specification = Sweep(trials);
        var processes = Enumerable.Range(0, silos).Select(_ => Start()).ToList();
        try
        {
            await BecomesAsync($"SELECT count(*) >= {silos} FROM silos WHERE state = 'Running'");
            await TrainAsync(Sweep((training ? WarmUpTrials : 5 * WarmUpTrials) * silos));
            var (before, server) = (processes.Sum(p => CpuMeter.Of(p.Id)), cpu.Server());
            var sweep = await TrainAsync(specification);
            var spent = processes.Sum(p => CpuMeter.Of(p.Id)) - before + cpu.Server() - server;
            return new ClusterResult(silos, (int)specification.TrialCount, await ValueAsync($"SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 FROM trials WHERE sweep = '{sweep}'"), spent);
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
            // Their leases and rows are of no more use.
            await ExecuteAsync("UPDATE ledger.silos SET stopped_at = now() WHERE stopped_at IS NULL");
        }
    }

    private static Specification Article(int trials) => LedgerBench.Read(
        $$"""
        name: bench-article
        seed: 42
        replicates: {{(trials + 7) / 8}}
        data: {kind: oscillation, points: 10000, a: 1.2, b: 0.8, c: 0.02, noise: 0.1, scale: minmax, split: {train: 0.7, validation: 0.3, test: 0} }
        model: {preset: notebook}
        training: {epochs: 50, batch: 64, optimizer: adam, learning_rate: 1e-3}
        snapshots: {every: 10}
        grid:
          regularization.l2: [1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2, 1e-1, 1]
        """);

    private Process Start() => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "sweep.dll"), "silo", "--slots", "1"])
    {
        UseShellExecute = false,
        RedirectStandardError = true,
        // In the environment and not on the command line, where everybody could read the password.
        Environment = { ["SWEEP_STORE"] = StoreUrl.Of(ledger.Address) },
    }) is { } process ? Drained(process) : throw new InvalidOperationException("dotnet did not start");

    private static Process Drained(Process process)
    {
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<SweepId> TrainAsync(Specification specification)
    {
        var sweep = await ledger.Launch.LaunchAsync(specification, cancel: cancel);
        await BecomesAsync($"SELECT NOT EXISTS (SELECT FROM ledger.trials WHERE sweep = '{sweep}' AND state = 'Pending') AND NOT EXISTS (SELECT FROM ledger.trials WHERE sweep = '{sweep}' AND state = 'Running')");
        return await ValueAsync($"SELECT count(*)::float8 FROM trials WHERE sweep = '{sweep}' AND state = 'Completed'") == specification.TrialCount
            ? sweep
            : throw new InvalidOperationException($"not every trial of {sweep} completed");
    }

    private async Task BecomesAsync(string sql)
    {
        while (true)
        {
            await using (var command = ledger.Source.CreateCommand(sql))
                if (await command.ExecuteScalarAsync(cancel) is true) return;
            await Task.Delay(Pause, cancel);
        }
    }

    private async Task<double> ValueAsync(string sql)
    {
        await using var command = ledger.Source.CreateCommand(sql);
        return (double)(await command.ExecuteScalarAsync(cancel))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = ledger.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
