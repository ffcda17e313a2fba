using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace SweepCluster.Client.Telemetry;

/// <summary>
/// Metrics in Prometheus' text format 0.0.4, under the names that an OpenTelemetry collector gives them: dots become underscores, and
/// unit and a counter's total become endings (https://prometheus.io/docs/instrumenting/exposition_formats,
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics).
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="resource">Labels of target_info: what the process is.</param>
    public static string Of(in Batch<Metric> metrics, IEnumerable<KeyValuePair<string, object>> resource)
    {
        var text = new StringBuilder();
        Head(text, "target_info", "gauge", "What this process is");
        Line(text, "target_info", [.. resource.Select(r => (r.Key, $"{r.Value}"))], "1");
        foreach (var metric in metrics) Append(text, metric);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Metric metric)
    {
        var kind = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            _ => "gauge",
        };
        var name = Name(metric.Name) + metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" } + (kind == "counter" ? "_total" : "");
        Head(text, name, kind, metric.Description);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = new List<(string, string)>();
            foreach (var (key, value) in point.Tags) labels.Add((key, $"{value}"));
            if (kind == "histogram") Histogram(text, name, labels, in point);
            else Line(text, name, labels, Value(metric.MetricType, in point));
        }
    }

    private static void Histogram(StringBuilder text, string name, List<(string, string)> labels, ref readonly MetricPoint point)
    {
        // Ours count each bucket for itself, Prometheus' all that is at most its bound.
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Line(text, $"{name}_bucket", [.. labels, ("le", Number(bucket.ExplicitBound))], Number(count));
        }
        Line(text, $"{name}_sum", labels, Number(point.GetHistogramSum()));
        Line(text, $"{name}_count", labels, Number(point.GetHistogramCount()));
    }

    private static string Value(MetricType type, ref readonly MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    private static void Head(StringBuilder text, string name, string kind, string description) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');

    private static void Line(StringBuilder text, string name, IReadOnlyList<(string Key, string Value)> labels, string value)
    {
        text.Append(name);
        if (labels.Count > 0) text.Append('{').AppendJoin(',', labels.Select(l => $"{Name(l.Key)}=\"{Escaped(l.Value)}\"")).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string Name(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
