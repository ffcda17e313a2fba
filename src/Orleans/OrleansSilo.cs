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
    private const int PortAttempts = 5;

    private readonly IHost _host;
    private readonly GivenUp _givenUp;

    private OrleansSilo(IHost host, GivenUp givenUp) => (_host, _givenUp) = (host, givenUp);

    /// <summary>Completes with the reason when Orleans wants this host dead.</summary>
    public Task<string> GivenUp => _givenUp.Reason;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public static async Task<OrleansSilo> StartAsync(
        SiloCard card, SiloHints hints, HostedTrials hosted, Ledger ledger, OrleansEngineOptions options, ILoggerFactory loggers, CancellationToken leaving)
    {
        var address = options.Address ?? AddressTowards(new NpgsqlConnectionStringBuilder(ledger.Address.ConnectionString));
        for (var attempt = 1; ; attempt++)
        {
            var givenUp = new GivenUp();
            var silo = new OrleansSilo(Build(card, hints, hosted, ledger, options, loggers, address, givenUp), givenUp);
            try
            {
                await silo._host.StartAsync(leaving);
                return silo;
            }
            catch (Exception e)
            {
                await silo.DisposeAsync();
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

    public Task StopAsync(CancellationToken cancel) => _host.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
        else _host.Dispose();
    }

    private static IHost Build(
        SiloCard card, SiloHints hints, HostedTrials hosted, Ledger ledger, OrleansEngineOptions options, ILoggerFactory loggers,
        IPAddress address, GivenUp givenUp)
    {
        var connection = SweepClusterClient.ConnectionString(ledger.Address);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            // Signals are the silo's: it gives its trials back first and then stops this host.
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddSingleton<IFatalErrorHandler>(givenUp)
            .AddSingleton(loggers)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(hints)
            .AddSingleton(hosted)
            .AddSingleton(ledger)
            .AddSingleton(options);
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.Cluster, options.Cluster))
            .Configure<SiloOptions>(o => o.SiloName = card.Id.Value.ToString())
            .Configure<EndpointOptions>(o =>
            {
                (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (address, FreePort(address), FreePort(address));
                (o.SiloListeningEndpoint, o.GatewayListeningEndpoint) = (new IPEndPoint(address, o.SiloPort), new IPEndPoint(address, o.GatewayPort));
            })
            .Configure<ReminderOptions>(o => o.MinimumReminderPeriod = options.Reconcile)
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
