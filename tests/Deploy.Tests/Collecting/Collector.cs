using System.Collections.Concurrent;
using System.Net;

namespace SweepCluster.Deploy.Tests.Collecting;

/// <summary>One number of a metric: the last value of a gauge or a sum, the count of a histogram.</summary>
internal sealed record Point(string Service, string Metric, string Unit, string Attributes, double Value);

/// <summary>A small OTLP collector: http/protobuf on this machine, and what came so far.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<(string, string, string), Point> _points = new();
    private readonly ConcurrentQueue<string> _spans = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();

    public Collector()
    {
        for (var port = 40000 + (Environment.ProcessId % 10000); ; port++)
        {
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
                Address = $"http://127.0.0.1:{port}";
                break;
            }
            catch (HttpListenerException)
            {
                // Somebody has this one.
            }
        }
        _ = ListenAsync();
    }

    public string Address { get; }

    public IReadOnlyCollection<Point> Points => [.. _points.Values];

    /// <summary>Names of the spans that have ended.</summary>
    public IReadOnlyCollection<string> Spans => [.. _spans];

    public IReadOnlyCollection<byte[]> Bodies => [.. _bodies];

    /// <summary>The latest value; null before there is one.</summary>
    public double? Value(string metric, string attributes = "") => _points.Values.FirstOrDefault(p => p.Metric == metric && p.Attributes == attributes)?.Value;

    public void Dispose() => _listener.Close();

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            _bodies.Enqueue(body.ToArray());
            if (context.Request.Url!.AbsolutePath == "/v1/metrics") TakeMetrics(new ProtoMessage(body.ToArray()));
            if (context.Request.Url.AbsolutePath == "/v1/traces") TakeSpans(new ProtoMessage(body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    // resource_metrics = 1 → scope_metrics = 2 → metrics = 2 → name 1, unit 3, gauge 5 | sum 7 | histogram 9 → data_points 1.
    private void TakeMetrics(ProtoMessage request)
    {
        foreach (var resource in request.All(1))
        {
            var service = Attributes(resource.One(1)!, 1).Split(',').FirstOrDefault(a => a.StartsWith("service.name=", StringComparison.Ordinal))?[13..] ?? "";
            foreach (var metric in resource.All(2).SelectMany(scope => scope.All(2)))
            {
                foreach (var point in metric.All(5).Concat(metric.All(7)).SelectMany(data => data.All(1)))
                    Take(new Point(service, metric.Text(1), metric.Text(3), Attributes(point, 7), point.Number(6) is { } whole ? (long)whole : BitConverter.UInt64BitsToDouble(point.Number(4) ?? 0)));
                foreach (var point in metric.All(9).SelectMany(data => data.All(1)))
                    Take(new Point(service, metric.Text(1), metric.Text(3), Attributes(point, 9), point.Number(4) ?? 0));
            }
        }
        void Take(Point point) => _points[(point.Service, point.Metric, point.Attributes)] = point;
    }

    // resource_spans = 1 → scope_spans = 2 → spans = 2 → name 5.
    private void TakeSpans(ProtoMessage request)
    {
        foreach (var span in request.All(1).SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2))) _spans.Enqueue(span.Text(5));
    }

    // KeyValue: key 1, value 2; AnyValue: string_value 1, int_value 3.
    private static string Attributes(ProtoMessage owner, int field) =>
        string.Join(',', owner.All(field).Select(pair => $"{pair.Text(1)}={(pair.One(2) is { } value ? value.Text(1) is { Length: > 0 } text ? text : $"{value.Number(3)}" : "")}"));
}
