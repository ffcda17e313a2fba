using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace SweepCluster.Client.Telemetry;

/// <summary>What /metrics answers: all that the process has measured since it started, for a Prometheus that asks.</summary>
internal sealed class Scrape : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Exporter _exporter = new();
    private readonly MeterProvider _metrics;

    /// <summary>Measures count from here on.</summary>
    public Scrape(ResourceBuilder resource)
    {
        // The reader gives its exporter the function that collects, and the provider disposes both.
#pragma warning disable CA2000
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Otlp.Meters).AddReader(new BaseExportingMetricReader(_exporter)).Build();
#pragma warning restore CA2000
    }

    public string Text()
    {
        lock (_gate)
        {
            _exporter.Collect!((int)Patience.TotalMilliseconds);
            return _exporter.Text;
        }
    }

    public void Dispose() => _metrics.Dispose();

    [ExportModes(ExportModes.Pull)]
    private sealed class Exporter : BaseExporter<Metric>, IPullMetricExporter
    {
        public string Text { get; private set; } = "";

        public Func<int, bool>? Collect { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Text = PrometheusText.Of(batch, ParentProvider.GetResource().Attributes);
            return ExportResult.Success;
        }
    }
}
