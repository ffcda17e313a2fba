using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SweepCluster.Reports.Service;
using SweepCluster.Silo;

namespace SweepCluster.Client.Telemetry;

/// <summary>
/// Two questions over HTTP, 200 for yes and 503 for no: /health/live, whether the process works (restart it if not), and
/// /health/ready, whether the store answers it; and /metrics for Prometheus. It counts trials and names none, so it needs no token.
/// </summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthEndpoint(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "*", StringComparison.Ordinal);

    /// <exception cref="UserMistake">The port is taken, or not one of this machine.</exception>
    public static async Task<HealthEndpoint> StartAsync(ServiceAddress address, SiloHealth health, Func<string> metrics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, address));
        var app = builder.Build();
        app.Run(context => context.Request.Path == "/metrics" ? AnswerAsync(context, metrics) : AnswerAsync(context, health));
        try
        {
            await app.StartAsync();
            return new HealthEndpoint(app);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new UserMistake($"--health: cannot listen on {address}: {e.Message.TrimEnd('.')}; name another port, or 0 for any that is free");
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel, ServiceAddress address)
    {
        kestrel.AddServerHeader = false;
        // One prober and one Prometheus, or a few: whoever opens more wants something else.
        kestrel.Limits.MaxConcurrentConnections = 16;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        if (address.Ip is null) kestrel.ListenAnyIP(address.Port);
        else kestrel.Listen(new IPEndPoint(address.Ip, address.Port));
    }

    private static Task AnswerAsync(HttpContext context, Func<string> metrics)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(metrics());
    }

    private static Task AnswerAsync(HttpContext context, SiloHealth health)
    {
        bool? well = context.Request.Path.Value switch
        {
            "/health/live" => health.IsLive,
            "/health/ready" => health.IsReady,
            _ => null,
        };
        context.Response.StatusCode = well switch { true => 200, false => 503, _ => 404 };
        if (well is null) return Task.CompletedTask;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            live = health.IsLive,
            ready = health.IsReady,
            stopping = health.IsStopping,
            secondsSinceStoreAnswered = health.SinceAnswer is { } since ? Math.Round(since.TotalSeconds, 1) : (double?)null,
        }));
    }
}
