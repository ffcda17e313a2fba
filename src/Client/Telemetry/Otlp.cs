using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SweepCluster.Grains.Telemetry;
using SweepCluster.Reports.Telemetry;

namespace SweepCluster.Client.Telemetry;

/// <summary>
/// Metrics and spans to an OpenTelemetry collector, where OTEL_EXPORTER_OTLP_ENDPOINT names one; the other OTEL_ variables mean what
/// they mean everywhere. A collector that is away costs nothing but what it would have heard.
/// </summary>
internal sealed class Otlp : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    internal static readonly string[] Meters = [Measures.Name, StoreMeasures.Name];

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _spans;

    private Otlp(ResourceBuilder resource)
    {
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build();
        _spans = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Measures.Name).AddOtlpExporter().Build();
    }

    /// <summary>What a process is: its measures and spans say so.</summary>
    /// <param name="service">What the process is, unless OTEL_SERVICE_NAME says.</param>
    /// <param name="instance">Which of them it is.</param>
    public static ResourceBuilder Resource(string service, string instance)
    {
        var name = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } named ? named : service;
        return ResourceBuilder.CreateEmpty().AddService(name, serviceInstanceId: instance)
            .AddAttributes([new("host.name", Environment.MachineName)]).AddEnvironmentVariableDetector();
    }

    /// <returns>Null where no collector is named.</returns>
    public static Otlp? Start(ResourceBuilder resource)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Endpoint))) return null;
        // The specification's default; the library's own is gRPC, which needs HTTP/2 all the way.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Protocol))) Environment.SetEnvironmentVariable(Protocol, "http/protobuf");
        return new Otlp(resource);
    }

    /// <summary>Sends what is left; each side waits a few seconds for a collector and no longer.</summary>
    public void Dispose()
    {
        _metrics.Shutdown(1000);
        _spans.Shutdown(500);
        _metrics.Dispose();
        _spans.Dispose();
    }
}
