using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SweepCluster.Reports.Access;

/// <summary>Whatever a hostile name smuggled into a page could run nothing, load nothing, send nothing, and be framed by nobody.</summary>
internal static class SecurityHeaders
{
    private const string OfPages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = OfPages;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        headers.CacheControl = "private, no-cache";
    }

    /// <summary>For a figure by itself: its own style sheet, named by its hash, and nothing else.</summary>
    public static string ForFigure(string svg)
    {
        const string open = "<style>", close = "</style>";
        var from = svg.IndexOf(open, StringComparison.Ordinal);
        var to = svg.IndexOf(close, StringComparison.Ordinal);
        var style = from < 0 || to < from ? "" : $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(svg[(from + open.Length)..to])))}'";
        return $"default-src 'none'; style-src{(style.Length == 0 ? " 'none'" : style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }
}
