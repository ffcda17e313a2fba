using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using SweepCluster.Reports.Access;

namespace SweepCluster.Reports.Service;

/// <summary>Where the service listens: an address of this machine and a port.</summary>
/// <param name="Ip">Null: every address of the machine.</param>
/// <param name="Port">0: one that is free.</param>
public sealed record ServiceAddress(bool IsSecure, IPAddress? Ip, int Port)
{
    /// <summary>Reached from this machine alone.</summary>
    public bool IsLocal => Ip is not null && IPAddress.IsLoopback(Ip);

    /// <summary>Reads <c>http://127.0.0.1:5050</c>, <c>http://localhost:0</c>, <c>https://*:443</c>.</summary>
    /// <exception cref="FormatException">Not such an address.</exception>
    public static ServiceAddress Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var (scheme, rest) = url.Split("://", 2) is [var s, var r] ? (s, r.TrimEnd('/')) : ("", "");
        var colon = rest.LastIndexOf(':');
        var hasPort = colon > rest.LastIndexOf(']');
        var host = (hasPort ? rest[..colon] : rest).Trim('[', ']');
        var port = scheme == "https" ? 443 : 80;
        if (scheme is not ("http" or "https") || (hasPort && !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) || port > 65535)
            throw Wrong(url);
        return host switch
        {
            "localhost" => new ServiceAddress(scheme == "https", IPAddress.Loopback, port),
            "*" or "+" or "0.0.0.0" or "::" => new ServiceAddress(scheme == "https", null, port),
            _ when IPAddress.TryParse(host, out var ip) => new ServiceAddress(scheme == "https", ip, port),
            _ => throw Wrong(url),
        };
    }

    public override string ToString() => $"{(IsSecure ? "https" : "http")}://{(Ip is null ? "*" : Ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Ip}]" : Ip)}:{Port}";

    // A name could stand for any address, the wrong one too.
    private static FormatException Wrong(string url) =>
        new($"an address to listen on looks like http://127.0.0.1:5050 (localhost, an IP address of this machine, or * for all of them), found '{url}'");
}

/// <summary>Where the report service listens and who may enter.</summary>
public sealed record ServiceOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5050";

    /// <summary>Default: <see cref="DefaultUrl"/>.</summary>
    public IReadOnlyList<ServiceAddress> Addresses { get; init; } = [ServiceAddress.Parse(DefaultUrl)];

    /// <summary>Default none: everybody on this machine may do everything, and nobody else reaches the service.</summary>
    public IReadOnlyList<AccessToken> Tokens { get; init; } = [];

    /// <summary>Names that requests may call the service by, beside those of this machine.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>For https addresses.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Between it and the authority that callers know: without them only browsers that have met them before trust it.</summary>
    public X509Certificate2Collection CertificateChain { get; init; } = [];

    /// <summary>Requests a second that one caller may make for long. Default 50; a burst of six seconds' worth is free.</summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>Launches and cancellations that one caller may ask for in a minute. Default 30.</summary>
    public int ChangesPerMinute { get; init; } = 30;

    /// <summary>What /metrics answers, in Prometheus' text format. Default null: there is no such page.</summary>
    public Func<string>? Metrics { get; init; }

    /// <summary>Hears what whoever runs the service should know.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Reached from this machine alone.</summary>
    public bool IsLocal => Addresses.All(address => address.IsLocal);

    /// <summary>One sentence for each thing that does not fit.</summary>
    public IEnumerable<string> Problems()
    {
        if (Addresses.Count == 0)
            yield return "the service needs an address to listen on";
        var open = Addresses.FirstOrDefault(address => !address.IsLocal);
        if (open is not null && Tokens.Count == 0)
            yield return $"{open} is reached from other machines, and without a token everybody there may launch: name tokens in SWEEP_TOKEN or with --token-file, or listen on 127.0.0.1";
        if (open is not null && Tokens.Any(token => !token.IsStrong))
            yield return $"{open} is reached from other machines, and a token there has at least {AccessToken.Strong} characters: `openssl rand -hex 24` makes one";
        if (Addresses.Any(address => address.IsSecure) && Certificate is null)
            yield return "an https address needs --certificate FILE and --key FILE (PEM)";
    }
}
