using SweepCluster.Store;
using SweepCluster.Store.Embedded;

namespace SweepCluster.Client.Bench;

/// <summary>Where a measurement keeps its trials: the server that was named, else a private one that is gone afterwards.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private static int _opened;

    private readonly PrivatePostgres? _postgres;
    private readonly string? _home;

    private BenchStore(StoreAddress address, PrivatePostgres? postgres, string? home) => (Address, _postgres, _home) = (address, postgres, home);

    public StoreAddress Address { get; }

    public static async Task<BenchStore> OpenAsync(string? url, CancellationToken cancel)
    {
        if (url is not null)
        {
            return new BenchStore(StoreName.Read(url)!, null, null);
        }
        var home = Path.Combine(Path.GetTempPath(), $"sweep-bench-{Environment.ProcessId}-{Interlocked.Increment(ref _opened)}");
        var postgres = await PrivatePostgres.StartAsync(PrivatePostgresOptions.FromEnvironment() with { Home = home }, cancel);
        return new BenchStore(postgres.Owner, postgres, home);
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        if (_home is not null) Directory.Delete(_home, recursive: true);
    }
}
