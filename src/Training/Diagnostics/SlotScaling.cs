using System.Diagnostics;

namespace SweepCluster.Training.Diagnostics;

/// <param name="Slots">Trials side by side, each on a thread of its own.</param>
/// <param name="Efficiency">Against as many times the speed of one slot.</param>
public sealed record SlotResult(int Slots, double TrialsPerSecond, double Efficiency);

/// <summary>How many of the notebook's trials a second this machine trains, by the number of slots.</summary>
public static class SlotScaling
{
    private const int TrialsOfSlot = 4;

    /// <param name="most">Slots of the last row; the first has one, and each other twice as many as the one before.</param>
    /// <param name="rounds">Numbers of slots take turns, and each one's best round counts.</param>
    public static IReadOnlyList<SlotResult> Run(int most, int rounds)
    {
        var slots = new List<int>();
        for (var one = 1; one < most; one *= 2) slots.Add(one);
        slots.Add(most);
        Seconds(1); // compiles
        var best = Enumerable.Repeat(double.PositiveInfinity, slots.Count).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var s = 0; s < slots.Count; s++) best[s] = Math.Min(best[s], Seconds(slots[s]));
        }

        return [.. slots.Select((count, s) => new SlotResult(count, count * TrialsOfSlot / best[s], best[0] / best[s]))];
    }

    // From the moment when all threads stand ready until the last trial is trained.
    private static double Seconds(int slots)
    {
        using var start = new Barrier(slots + 1);
        var threads = Enumerable.Range(0, slots).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var trial = 0; trial < TrialsOfSlot; trial++)
            {
                var session = TrainingSession.Start(KernelCase.All[0].Plan, KernelCase.Data);
                while (!session.IsFinished) session.RunEpoch();
            }
        })).ToList();
        foreach (var thread in threads) thread.Start();
        start.SignalAndWait();
        var clock = Stopwatch.StartNew();
        foreach (var thread in threads) thread.Join();
        return clock.Elapsed.TotalSeconds;
    }
}
