using System.CommandLine;
using System.Net;
using SweepCluster.Reports.Service;

namespace SweepCluster.Client.Telemetry;

/// <summary>Where a silo says how it is: nowhere unless asked; a port alone is one of this machine.</summary>
internal static class HealthOption
{
    public static Option<ServiceAddress?> Create() => new("--health")
    {
        Description = "Answer /health/live, /health/ready and /metrics (Prometheus) at this port of 127.0.0.1, or at IP:PORT; *:PORT for every address. Default: nothing listens",
        HelpName = "PORT",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Parse(text) is { } address) return address;
            result.AddError($"--health must be a port or IP:PORT, found '{text}'");
            return null;
        },
    };

    internal static ServiceAddress? Parse(string text)
    {
        if (ushort.TryParse(text, out var port)) return new ServiceAddress(IsSecure: false, IPAddress.Loopback, port);
        try
        {
            return text.Contains(':', StringComparison.Ordinal) && !text.Contains('/', StringComparison.Ordinal) ? ServiceAddress.Parse($"http://{text}") : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
