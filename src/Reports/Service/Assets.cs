using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SweepCluster.Reports.Api;
using SweepCluster.Reports.Pages;

namespace SweepCluster.Reports.Service;

/// <summary>The script, the style sheet and the icon: files of this assembly. Their addresses name their content, so browsers keep them.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, (string Text, string Type, string Tag)> Files = new[]
    {
        Of("reports.js", Read("reports.js"), "text/javascript; charset=utf-8"),
        Of("reports.css", PageStyle.Text + Read("reports.css"), "text/css; charset=utf-8"),
        Of("icon.svg", Read("icon.svg"), "image/svg+xml"),
    }.ToDictionary(file => file.Name, file => (file.Text, file.Type, file.Tag));

    public static string Address(string file) => $"/assets/{file}?{Files[file].Tag}";

    public static async Task WriteAsync(string file, HttpContext context)
    {
        if (!Files.TryGetValue(file, out var found))
            throw new Refusal(StatusCodes.Status404NotFound, "Nothing here", $"There is no file '{Refusal.Cut(file)}'.");
        if (context.Request.QueryString.Value == "?" + found.Tag)
            context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        await Answers.WriteAsync(context.Response, found.Text, found.Type, $"\"{found.Tag}\"");
    }

    private static (string Name, string Text, string Type, string Tag) Of(string name, string text, string type) =>
        (name, text, type, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);

    private static string Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream($"Assets/{name}") ?? throw new InvalidOperationException($"the assembly holds no file Assets/{name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
