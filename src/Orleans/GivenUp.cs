namespace SweepCluster.Orleans;

/// <summary>
/// Orleans ends the process of a silo that the others took for dead, after a freeze or a cut network. Its trials are none of
/// Orleans' business: their leases are in the ledger. So only the Orleans host goes, and another one takes its place.
/// </summary>
internal sealed class GivenUp : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Reason => _reason.Task;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) => _reason.TrySetResult(exception?.Message ?? "the others took it for dead");
}
