namespace SweepCluster.Training.Tests;

internal static class Allocation
{
    /// <summary>
    /// Bytes that this thread allocates while a warm session runs its epochs to the end. A collection in between, which tests running
    /// beside this one can cause, counts what was left of the thread's allocation context: then it is measured again.
    /// </summary>
    public static long Of(Func<TrainingSession> warm)
    {
        while (true)
        {
            var session = warm();
            var (collections, before) = (GC.CollectionCount(0), GC.GetAllocatedBytesForCurrentThread());
            while (!session.IsFinished) session.RunEpoch();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GC.CollectionCount(0) == collections) return bytes;
        }
    }
}
