using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SweepCluster.Grains;
using SweepCluster.Grains.Engines;
using SweepCluster.Silo;
using SweepCluster.Store;

namespace SweepCluster.Cluster.Tests.Conformance;

/// <summary>A silo in this process with an engine and a connection pool of its own, as in a process of its own.</summary>
internal sealed class LiveSilo : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<SiloEvent> _events = Channel.CreateUnbounded<SiloEvent>();
    private readonly Ledger _ledger;

    private LiveSilo(Ledger ledger, IEngine engine, SiloOptions options)
    {
        (_ledger, Engine) = (ledger, engine);
        Host = new SiloHost(ledger, options, NullLoggerFactory.Instance, _events.Writer, engine: engine);
        Running = Host.RunAsync(_stop.Token);
    }

    public SiloHost Host { get; }

    public IEngine Engine { get; }

    public Task<SiloEnd> Running { get; }

    /// <summary>What happens in it, each event once.</summary>
    public IAsyncEnumerable<SiloEvent> Events => _events.Reader.ReadAllAsync();

    public static async Task<LiveSilo> StartAsync(StoreAddress address, Func<Ledger, Task<IEngine>> engine, SiloOptions? options = null)
    {
        var ledger = await Ledger.OpenAsync(address);
        return new LiveSilo(ledger, await engine(ledger), options ?? Options);
    }

    public static SiloOptions Options => new()
    {
        Slots = 1,
        Lease = TimeSpan.FromSeconds(15), // no silo of a busy machine is silent so long
        Renew = TimeSpan.FromSeconds(1),
        Poll = TimeSpan.FromMilliseconds(200),
        Grain = GrainOptions.Default with { FlushPeriod = TimeSpan.FromMilliseconds(20) },
    };

    public async Task<SiloEnd> StopAsync()
    {
        await _stop.CancelAsync();
        return await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        await Engine.DisposeAsync();
        await _ledger.DisposeAsync();
        _stop.Dispose();
    }
}
