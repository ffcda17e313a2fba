namespace SweepCluster.Training.Tests;

internal static class Allocation
{
    private const int Tries = 5;

    /// <summary>
    /// Bytes that this thread allocates while a warm session runs its epochs to the end: the least of some tries. A collection, which
    /// tests running beside this one cause, counts what was left of the thread's allocation context; training counts every time.
    /// </summary>
    public static long Of(Func<TrainingSession> warm)
    {
        var least = long.MaxValue;
        for (var time = 0; time < Tries && least > 0; time++)
        {
            var session = warm();
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (!session.IsFinished) session.RunEpoch();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
