using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace SweepCluster.Reports.Api;

/// <summary>How answers are written.</summary>
internal static class Answers
{
    /// <summary>Names as in the store's views; NaN and infinities as the texts "NaN", "Infinity", "-Infinity".</summary>
    public static JsonSerializerOptions Json { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.Encoder = JavaScriptEncoder.Default;
        return options;
    }

    public static Task WritePageAsync(HttpResponse response, string html) => WriteAsync(response, html, "text/html; charset=utf-8");

    public static async Task WriteAsync(HttpResponse response, string text, string type)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        response.ContentType = type;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted);
    }

    /// <summary>With a tag, so that who has it already is not sent it again.</summary>
    public static Task WriteAsync(HttpResponse response, string text, string type, string tag)
    {
        response.Headers.ETag = tag;
        if (response.HttpContext.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return WriteAsync(response, text, type);
    }
}
