using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Service;

namespace SweepCluster.Reports.Access;

/// <summary>
/// Lets in who may enter. In this order: the Host header (a name of somebody else's that resolves to this machine must not make a
/// browser talk to us), the origin of whatever changes something, the token.
/// </summary>
internal sealed class Gate(ServiceOptions options, TokenRing ring, Sessions sessions) : IAsyncDisposable
{
    private const int MostFailures = 20;
    private static readonly TimeSpan OneForgotten = TimeSpan.FromSeconds(3);

    private readonly PartitionedRateLimiter<string> _failures = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = MostFailures,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = OneForgotten,
            QueueLimit = 0,
        }));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var (token, byCookie) = Token(context);
        // Prometheus asks each pod by its address. Who brings a token of ours is no browser that was lured here.
        if (context.Request.Path != "/metrics" || byCookie || !ring.Has(token)) CheckHost(context.Request);
        CheckOrigin(context.Request, byCookie);
        if (ring.IsEmpty)
            context.Features.Set(new Caller(AccessRole.Launch, Address(context), IsSignedIn: false));
        else if (ring.Has(token))
            context.Features.Set(new Caller(ring.Role(token), $"token {token}", IsSignedIn: true));
        else if (!IsOpen(context.Request.Path))
            throw Stranger(context);
        else
            context.Features.Set(new Caller(AccessRole.Read, Address(context), IsSignedIn: false));
        await next(context);
    }

    public ValueTask DisposeAsync() => _failures.DisposeAsync();

    /// <summary>Name of the session's cookie: cookies do not tell ports apart, so it does.</summary>
    public static string Cookie(HttpRequest request) => $"{(request.IsHttps ? "__Host-" : "")}sweep-{request.HttpContext.Connection.LocalPort}";

    /// <summary>Trades a token for a cookie.</summary>
    /// <returns>False if there is no such token.</returns>
    public bool SignIn(HttpContext context, string secret)
    {
        Admit(context);
        if (ring.Find(secret) is not (>= 0 and var token))
        {
            Remember(context);
            return false;
        }

        var cookie = OfSession(context);
        cookie.MaxAge = Sessions.Life;
        context.Response.Cookies.Append(Cookie(context.Request), sessions.Issue(token), cookie);
        return true;
    }

    /// <summary>Ends the browser's session, and whoever else carries its cookie is out too.</summary>
    public void SignOut(HttpContext context)
    {
        if (context.Request.Cookies.TryGetValue(Cookie(context.Request), out var cookie))
            sessions.End(cookie);
        context.Response.Cookies.Delete(Cookie(context.Request), OfSession(context));
    }

    private static CookieOptions OfSession(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
    };

    private static bool IsOpen(PathString path) => path.StartsWithSegments("/assets", StringComparison.Ordinal) || path == "/login";

    private (int Token, bool ByCookie) Token(HttpContext context)
    {
        if (ring.IsEmpty)
            return (-1, false);
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            Admit(context);
            var found = ring.Find(header["Bearer ".Length..].Trim());
            if (found < 0)
                Remember(context);
            return (found, false);
        }

        return context.Request.Cookies.TryGetValue(Cookie(context.Request), out var cookie) ? (sessions.Read(cookie), true) : (-1, false);
    }

    private static Refusal Stranger(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"sweep reports\"";
        return new Refusal(
            StatusCodes.Status401Unauthorized, "A token is needed",
            context.Request.Headers.ContainsKey(HeaderNames.Authorization) ? "The token of this request is not one of this service's." : "Send a token as `Authorization: Bearer TOKEN`, or sign in at /login.");
    }

    private void CheckHost(HttpRequest request)
    {
        if (options.IsLocal || options.Hosts.Count > 0)
        {
            var host = request.Host.Host.Trim('[', ']');
            var isLocal = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
            if (!isLocal && !options.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
                throw new Refusal(StatusCodes.Status421MisdirectedRequest, "Not this service", "The request's Host is not a name of this service; start it with --host NAME if it should be.");
        }
    }

    // A browser says where a request comes from, by one header or the other. Who says neither is no browser, and holds no cookie.
    private static void CheckOrigin(HttpRequest request, bool byCookie)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        var isForeign = site.Length > 0 ? site != "same-origin"
            : origin.Length > 0 ? !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            : byCookie;
        if (isForeign)
            throw new Refusal(StatusCodes.Status403Forbidden, "Refused", "The request comes from another site's page.");
    }

    // Who failed too often waits, right or wrong: else guessing would have no price.
    private void Admit(HttpContext context)
    {
        if (_failures.GetStatistics(Address(context)) is { CurrentAvailablePermits: < 1 })
            throw Refusal.TooMany("Too many wrong tokens came from this address.", OneForgotten);
    }

    private void Remember(HttpContext context) => _failures.AttemptAcquire(Address(context)).Dispose();

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
