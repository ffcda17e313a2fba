using SweepCluster.Store;

namespace SweepCluster.Orleans;

/// <summary>A call that failed or timed out may have arrived or not. Nothing depends on it: the ledger has what counts.</summary>
internal static class EngineFailures
{
    public static bool IsPassing(Exception e) =>
        e is OrleansException or TimeoutException or OperationCanceledException or ObjectDisposedException or InvalidOperationException || StoreFailures.IsPassing(e);
}
