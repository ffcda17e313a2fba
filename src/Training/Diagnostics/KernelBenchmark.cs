using System.Diagnostics;

namespace SweepCluster.Training.Diagnostics;

/// <summary>Times whole trials on one core against what the core could do at best. The only room here that looks at a clock.</summary>
public static class KernelBenchmark
{
    /// <summary>
    /// Cases take turns. A case's seconds are the sum over its epochs of each epoch's best time: whatever else the machine does
    /// for some milliseconds then costs the epoch's other times nothing. The peak is taken alike, from a slice of multiply-adds
    /// after every epoch: best times of the same places, added up. The best slice of all would be of a moment that no epoch had.
    /// </summary>
    /// <param name="cold">Seconds of a case's first trial in a process of its own, see <see cref="Seconds"/>; null to leave it out.</param>
    public static KernelReport Run(IReadOnlyList<KernelCase> cases, int rounds, Func<KernelCase, double>? cold = null)
    {
        var epochs = cases.Select(one => Never(one.Plan.Epochs + 1)).ToArray();
        var slices = cases.Select(one => Never(one.Plan.Epochs)).ToArray();
        var coldSeconds = Never(cases.Count);
        var hashes = new string[cases.Count];
        var allocated = new double[cases.Count];
        for (var round = 0; round <= rounds; round++)
        {
            for (var c = 0; c < cases.Count; c++)
            {
                if (cold is not null) coldSeconds[c] = Math.Min(coldSeconds[c], cold(cases[c]));
                (hashes[c], allocated[c]) = Train(cases[c], epochs[c], slices[c]);
            }
        }

        var peak = FmaPeak.Operations / slices.SelectMany(best => best).Average() / 1e9;
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
        Train(one, new double[one.Plan.Epochs + 1], slices: null);
        return clock.Elapsed.TotalSeconds;
    }

    private static double[] Never(int count) => [.. Enumerable.Repeat(double.PositiveInfinity, count)];

    // The last of the times is of what is not an epoch: the session's start.
    private static (string Hash, double BytesPerStep) Train(KernelCase one, double[] best, double[]? slices)
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
            if (slices is not null) slices[epoch - 1] = Math.Min(slices[epoch - 1], FmaPeak.Slice());
        }

        var stepsAnEpoch = (data.RowsOf(Part.Train).Length + one.Plan.Batch - 1) / one.Plan.Batch;
        return (ParameterHash.Sha256(session.Parameters()), (double)bytes / ((one.Plan.Epochs - 1) * stepsAnEpoch));
    }
}
