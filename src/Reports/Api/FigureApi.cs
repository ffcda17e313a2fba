using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SweepCluster.Reports.Access;
using SweepCluster.Reports.Comparison;
using SweepCluster.Reports.Export;
using SweepCluster.Reports.Figures;
using SweepCluster.Reports.Service;

namespace SweepCluster.Reports.Api;

/// <summary>Every figure at its own address: drawn (.svg), its numbers as a table (.csv) and as JSON (.json).</summary>
internal static class FigureApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        const string about = "file: the figure's name and .svg, .csv or .json. JSON takes points=N, which thins marks of more points.";
        const string compared = "by: what trials are compared by: validation, training or a metric; else the sweep's objective.";
        api.MapGet("/sweeps/{sweep}/figures", ListAsync).WithName("listFigures").WithSummary("Figures of a sweep").WithDescription(compared)
            .Takes("by").Produces<IReadOnlyList<FigureShape>>().ProducesProblem(400).ProducesProblem(404);
        api.MapGet("/sweeps/{sweep}/figures/{file}", SweepFigureAsync).WithName("sweepFigure").WithSummary("A figure of a sweep").WithDescription($"{about} {compared}")
            .Takes("points", "by").Produces(200, null, "image/svg+xml", "text/csv", "application/json").ProducesProblem(400).ProducesProblem(404);
        api.MapGet("/trials/{trial}/figures/{file}", TrialFigureAsync).WithName("trialFigure").WithSummary("A figure of a trial").WithDescription(about)
            .Takes("points").Produces(200, null, "image/svg+xml", "text/csv", "application/json").ProducesProblem(404);
        api.MapGet("/compare/figures/{file}", CompareFigureAsync).WithName("comparisonFigure").WithSummary("A figure that compares sweeps").WithDescription($"sweep, repeatable: 2 to {Comparisons.Most} sweeps. {about}")
            .Takes("sweep", "points").Produces(200, null, "image/svg+xml", "text/csv", "application/json").ProducesProblem(404);
    }

    public static FigureShape Shape(string folder, FigureCard card, string? by)
    {
        var query = QueryOf(by);
        return new(card.Name, card.Title, $"{folder}{card.Name}.svg{query}", $"{folder}{card.Name}.csv{query}", $"{folder}{card.Name}.json{query}");
    }

    /// <summary>What a figure's address ends in.</summary>
    public static string QueryOf(string? by) => by is null ? "" : $"?by={Uri.EscapeDataString(by)}";

    public static async Task<IResult> ListAsync(string sweep, HttpRequest request, Studies studies, CancellationToken ct)
    {
        var found = await studies.FindAsync(sweep, ct);
        var by = Query.By(request.Query);
        return Results.Json((await studies.ViewAsync(found, by, ct)).Figures.Select(card => Shape($"/api/sweeps/{found.Id}/figures/", card, by)).ToArray(), Answers.Json);
    }

    public static async Task SweepFigureAsync(string sweep, string file, HttpContext context, Studies studies)
    {
        var found = await studies.FindAsync(sweep, context.RequestAborted);
        var by = Query.By(context.Request.Query);
        await WriteAsync(context, file, name => studies.PrintAsync(found, name, by, context.RequestAborted), name => studies.FigureAsync(found, name, by, context.RequestAborted), $"Sweep {found.Id}");
    }

    public static async Task TrialFigureAsync(string trial, string file, HttpContext context, Studies studies)
    {
        var view = await studies.TrialAsync(TrialApi.Id(trial), context.RequestAborted);
        await WriteAsync(
            context, file, name => Task.FromResult(view.Prints.GetValueOrDefault(name)), name => studies.TrialFigureAsync(view.Trial.Id, name, context.RequestAborted), $"Trial {view.Trial.Id}");
    }

    public static async Task CompareFigureAsync(string file, HttpContext context, Comparisons comparisons)
    {
        var sweeps = await comparisons.FindAsync(context.Request.Query["sweep"], context.RequestAborted);
        var view = await comparisons.ViewAsync(sweeps, context.RequestAborted);
        await WriteAsync(
            context, file, name => Task.FromResult(view.Prints.GetValueOrDefault(name)),
            async name => (await comparisons.FiguresAsync(sweeps, context.RequestAborted)).FirstOrDefault(figure => figure.Name == name), "This comparison");
    }

    private static async Task WriteAsync(HttpContext context, string file, Func<string, Task<FigurePrint?>> print, Func<string, Task<Figure?>> figure, string whose)
    {
        var (name, kind) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        var response = context.Response;
        switch (kind)
        {
            case ".svg":
                var drawn = await print(name) ?? throw None();
                response.Headers.ContentSecurityPolicy = SecurityHeaders.ForFigure(drawn.Svg);
                await Answers.WriteAsync(response, drawn.Svg, "image/svg+xml; charset=utf-8", Tag(drawn.Svg));
                break;
            case ".json" when context.Request.Query.ContainsKey("points"):
                var hover = (await print(name) ?? throw None()).Hover;
                await Answers.WriteAsync(response, hover, "application/json", Tag(hover));
                break;
            case ".json":
                await Answers.WriteAsync(response, FigureJson.Of(await figure(name) ?? throw None()), "application/json");
                break;
            case ".csv":
                var numbers = await figure(name) ?? throw None();
                response.ContentType = "text/csv; charset=utf-8";
                response.Headers.ContentDisposition = $"attachment; filename=\"{numbers.Name}.csv\"";
                await using (var writer = new StreamWriter(response.Body, new UTF8Encoding(false), 1 << 16, leaveOpen: true))
                    await FigureTable.WriteAsync(writer, numbers, context.RequestAborted);
                break;
            default:
                throw None();
        }

        Refusal None() => new(404, "No such figure", $"{whose} has no figure '{Refusal.Cut(file)}'; a figure is its name and .svg, .csv or .json.");
    }

    private static string Tag(string text) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20]}\"";
}
