using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SweepCluster.Contracts;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Comparison;
using SweepCluster.Reports.Live;
using SweepCluster.Reports.Pages;
using SweepCluster.Store;

namespace SweepCluster.Reports.Service;

/// <summary>The web service over one store: pages, figures, the HTTP API.</summary>
public sealed class ReportService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;

    private ReportService(WebApplication app, CancellationTokenSource stopping) => (_app, _stopping) = (app, stopping);

    /// <summary>Where it listens, with the ports it was given.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. (_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(address => address.Replace("[::]", "*", StringComparison.Ordinal))];

    /// <param name="ledger">Launches and cancels through it.</param>
    /// <param name="reader">Reads through it: the same store under the role that may only read.</param>
    /// <exception cref="ArgumentException">An option does not fit.</exception>
    /// <exception cref="IOException">An address is taken, or not one of this machine.</exception>
    public static async Task<ReportService> StartAsync(Ledger ledger, NpgsqlDataSource reader, ServiceOptions options, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        var stopping = new CancellationTokenSource();
        var app = Build(ledger, reader, options, time, stopping.Token);
        try
        {
            await app.StartAsync(ct);
            return new ReportService(app, stopping);
        }
        catch
        {
            await app.DisposeAsync();
            stopping.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Pages that are being kept up to date would else be waited for.
        await _stopping.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    // An empty builder: no setting of an environment variable or a file that lies about may open the service to anybody.
    private static WebApplication Build(Ledger ledger, NpgsqlDataSource reader, ServiceOptions options, TimeProvider time, CancellationToken stopping)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        if (options.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var services = builder.Services;
        services.AddRoutingCore();
        services.AddSingleton(ledger).AddSingleton(options).AddSingleton(time);
        services.AddSingleton(_ => new ResultCache(stopping));
        services.AddSingleton(provider => new Studies(reader, provider.GetRequiredService<ResultCache>()));
        services.AddSingleton<Comparisons>();
        services.AddSingleton(_ => new Feeds(reader, ledger.News, time, stopping));
        services.AddSingleton(new TokenRing(options.Tokens)).AddSingleton<Sessions>().AddSingleton<Gate>();
        services.AddSingleton(_ => new Failures(options, ledger.Address, time));
        services.Configure<RouteHandlerOptions>(route => route.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => Answers.Configure(json.SerializerOptions));
        services.AddOpenApi("v1", Documents.Configure);
        services.AddRateLimiter(limiter => Limits.Configure(limiter, options));
        services.AddResponseCompression(compression =>
        {
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "image/svg+xml", "text/csv", "application/problem+json"];
        });

        var app = builder.Build();
        var (gate, failures) = (app.Services.GetRequiredService<Gate>(), app.Services.GetRequiredService<Failures>());
        app.Use(HeadRequests.AsGetAsync);
        // Before the gate: whoever probes calls by address and has no token.
        var probe = new HealthProbe(reader, time);
        app.Use((context, next) => probe.IsAsked(context) ? probe.AnswerAsync(context) : next(context));
        app.Use((context, next) =>
        {
            SecurityHeaders.Set(context);
            return next(context);
        });
        app.UseResponseCompression();
        app.Use((context, next) => failures.InvokeAsync(context, next));
        app.Use((context, next) => gate.InvokeAsync(context, next));
        app.UseRouting();
        app.UseRateLimiter();
        Routes.Map(app.MapGroup("").ExcludeFromDescription());
        if (options.Metrics is { } metrics)
            app.MapGet("/metrics", () => Results.Text(metrics(), "text/plain; version=0.0.4", System.Text.Encoding.UTF8)).ExcludeFromDescription();
        var api = app.MapGroup("/api").WithTags("api");
        SweepApi.Map(api);
        TrialApi.Map(api);
        FigureApi.Map(api);
        ControlApi.Map(api);
        app.MapOpenApi("/api/openapi.json");
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, ServiceOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = 2000;

        // A sweep file, and what a form makes of it: each byte at most three.
        kestrel.Limits.MaxRequestBodySize = (3 * SweepFile.MaxBytes) + 4096;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        foreach (var address in options.Addresses)
        {
            if (address.Ip is null)
                kestrel.ListenAnyIP(address.Port, Secure);
            else
                kestrel.Listen(new IPEndPoint(address.Ip, address.Port), Secure);

            void Secure(ListenOptions listen)
            {
                if (address.IsSecure)
                    listen.UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (options.Certificate, options.CertificateChain));
            }
        }
    }
}
