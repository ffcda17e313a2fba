using Microsoft.AspNetCore.Http;

namespace SweepCluster.Reports.Service;

/// <summary>HEAD is GET without the answer's body, which the server leaves out by itself.</summary>
internal static class HeadRequests
{
    public static Task AsGetAsync(HttpContext context, RequestDelegate next)
    {
        // Not for a stream of events: nobody would see its body, and it would not end.
        var request = context.Request;
        if (HttpMethods.IsHead(request.Method) && !request.Path.Value!.EndsWith("/events", StringComparison.Ordinal)) request.Method = HttpMethods.Get;
        return next(context);
    }
}
