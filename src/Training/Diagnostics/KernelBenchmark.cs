using System.Diagnostics;

namespace SweepCluster.Training.Diagnostics;

/// <summary>Times whole trials on one core against what the core could do at best. The only room here that looks at a clock.</summary>
public static class KernelBenchmark
{
    /// <summary>
    /// Cases take turns. A case's seconds are the sum over its epochs of each epoch's best time: whatever else the machine does
    /// for some milliseconds then costs the epoch's other times nothing. The peak is the best of many such moments as well.
    /// </summary>
    /// <param name="cold">Seconds of a case's first trial in a process of its own, see <see cref="Seconds"/>; null to leave it out.</param>
    public static KernelReport Run(IReadOnlyList<KernelCase> cases, int rounds, Func<KernelCase, double>? cold = null)
    {
        var epochs = cases.Select(one => Enumerable.Repeat(double.PositiveInfinity, one.Plan.Epochs + 1).ToArray()).ToArray();
        var coldSeconds = cases.Select(_ => double.PositiveInfinity).ToArray();
        var hashes = new string[cases.Count];
        var allocated = new double[cases.Count];
        var peak = 0.0;
        for (var round = 0; round <= rounds; round++)
        {
            for (var c = 0; c < cases.Count; c++)
            {
                peak = Math.Max(peak, FmaPeak.MeasureGigaflops());
                if (cold is not null) coldSeconds[c] = Math.Min(coldSeconds[c], cold(cases[c]));
                (hashes[c], allocated[c]) = Train(cases[c], epochs[c]);
            }
        }

        return new KernelReport(peak, [.. cases.Select((one, c) =>
        {
            var seconds = epochs[c].Sum();
            var gigaflops = one.Operations / seconds / 1e9;
            return new KernelResult(
                one.Name, one.Path, gigaflops / peak, gigaflops, one.Plan.Epochs, seconds, cold is null ? null : coldSeconds[c], allocated[c], hashes[c]);
        })]);
    }

    /// <summary>The seconds of one trial, compilation and all if it is the process's first.</summary>
    public static double Seconds(string name, string path)
    {
        var one = KernelCase.All.Single(one => (one.Name, one.Path) == (name, path));
        _ = KernelCase.Data;
        var clock = Stopwatch.StartNew();
        Train(one, new double[one.Plan.Epochs + 1]);
        return clock.Elapsed.TotalSeconds;
    }

    // The last of the times is of what is not an epoch: the session's start.
    private static (string Hash, double BytesPerStep) Train(KernelCase one, double[] best)
    {
        var data = KernelCase.Data;
        var clock = Stopwatch.StartNew();
        var session = TrainingSession.Start(one.Plan, data);
        best[^1] = Math.Min(best[^1], clock.Elapsed.TotalSeconds);
        long bytes = 0;
        while (!session.IsFinished)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            clock.Restart();
            var epoch = session.RunEpoch().Epoch;
            best[epoch - 1] = Math.Min(best[epoch - 1], clock.Elapsed.TotalSeconds);
            if (epoch > 1) bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var stepsAnEpoch = (data.RowsOf(Part.Train).Length + one.Plan.Batch - 1) / one.Plan.Batch;
        return (ParameterHash.Sha256(session.Parameters()), (double)bytes / ((one.Plan.Epochs - 1) * stepsAnEpoch));
    }
}
