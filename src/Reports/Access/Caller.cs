using Microsoft.AspNetCore.Http;
using SweepCluster.Reports.Api;

namespace SweepCluster.Reports.Access;

/// <summary>Who asks.</summary>
/// <param name="Key">Tells callers apart for the rate limit.</param>
/// <param name="IsSignedIn">By a token; a service without tokens has nobody to sign out.</param>
internal sealed record Caller(AccessRole Role, string Key, bool IsSignedIn)
{
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("the request did not pass the gate");

    public bool MayLaunch => Role == AccessRole.Launch;

    public static void MustLaunch(HttpContext context)
    {
        if (!Of(context).MayLaunch)
            throw new Refusal(StatusCodes.Status403Forbidden, "This token may only read", "Launching and cancelling need a token of the role launch.");
    }
}
