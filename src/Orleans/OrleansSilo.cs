using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using SweepCluster.Contracts;
using SweepCluster.Grains.Engines;
using SweepCluster.Store;
using SweepCluster.Store.Leases;

namespace SweepCluster.Orleans;

/// <summary>The Orleans host inside a silo.</summary>
internal sealed class OrleansSilo : IAsyncDisposable
{
    private const string Cluster = "sweepcluster";
    private const int PortAttempts = 5;

    private readonly IHost _host;
    private readonly ConcurrentDictionary<SweepId, bool> _kept = new();

    private OrleansSilo(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public static async Task<OrleansSilo> StartAsync(
        SiloCard card, SiloHints hints, HostedTrials hosted, Ledger ledger, OrleansEngineOptions options, ILoggerFactory loggers, CancellationToken leaving)
    {
        var store = new NpgsqlConnectionStringBuilder(ledger.Address.ConnectionString);
        var address = options.Address ?? AddressTowards(store);
        for (var attempt = 1; ; attempt++)
        {
            var host = Build(card, hints, hosted, ledger, options, loggers, store, new IPEndPoint(address, FreePort(address)));
            try
            {
                await host.StartAsync(leaving);
                return new OrleansSilo(host);
            }
            catch (Exception e)
            {
                host.Dispose();
                // Somebody else was given the free port in between.
                if (attempt == PortAttempts || leaving.IsCancellationRequested || !IsOfSocket(e)) throw;
            }
        }
    }

    /// <summary>The silos that Orleans believes alive, by the names they took from the store.</summary>
    public IReadOnlyCollection<SiloId> Members() =>
        [.. _host.Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && Guid.TryParse(member.Name, out _))
            .Select(member => new SiloId(Guid.Parse(member.Name)))];

    public bool IsFirstOf(SweepId sweep) => _kept.TryAdd(sweep, true);

    public Task StopAsync(CancellationToken cancel) => _host.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
        else _host.Dispose();
    }

    private static IHost Build(
        SiloCard card, SiloHints hints, HostedTrials hosted, Ledger ledger, OrleansEngineOptions options, ILoggerFactory loggers,
        NpgsqlConnectionStringBuilder store, IPEndPoint endpoint)
    {
        var connection = new NpgsqlConnectionStringBuilder(store.ConnectionString) { SearchPath = "orleans", ApplicationName = "sweep orleans", MaxPoolSize = 4 }.ConnectionString;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            // Signals are the silo's: it gives its trials back first and then stops this host.
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddSingleton(loggers)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(hints)
            .AddSingleton(hosted)
            .AddSingleton(ledger)
            .AddSingleton(options);
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (Cluster, Cluster))
            .Configure<SiloOptions>(o => o.SiloName = card.Id.Value.ToString())
            .Configure<EndpointOptions>(o =>
            {
                (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (endpoint.Address, endpoint.Port, 0);
                o.SiloListeningEndpoint = endpoint;
            })
            // As quick as the leases: a silo that is gone is no longer believed in, or waited for, after about 15 s.
            .Configure<ClusterMembershipOptions>(o =>
            {
                o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
                o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            })
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection))
            .UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection)));
        return builder.Build();
    }

    private static bool IsOfSocket(Exception? e) =>
        e is SocketException || e?.InnerException is { } inner && IsOfSocket(inner) || (e as AggregateException)?.InnerExceptions.Any(IsOfSocket) == true;

    // A datagram socket that is connected sends nothing, but knows which of the machine's addresses it would send from.
    private static IPAddress AddressTowards(NpgsqlConnectionStringBuilder store)
    {
        if (store.Host is not { } host || host.StartsWith('/')) return IPAddress.Loopback;
        try
        {
            var target = Dns.GetHostAddresses(host.Split(',')[0], AddressFamily.InterNetwork).First();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target, store.Port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            return IPAddress.Loopback;
        }
    }

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
